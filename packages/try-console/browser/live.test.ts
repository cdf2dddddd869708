import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";
import { makeStreamFast } from "../src/fast-stream.ts";
import { answerWithMany } from "../src/many-sagas.ts";

const MESSAGES = 3_000;

describe.skipIf(noBrowser !== undefined)("what a page of the console shows while sagas change and reads fail", () => {
  let browser: Browser;
  let stack: ConsoleStack;
  let inDoubt: string;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
    inDoubt = await stack.inDoubt();
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it("has the events that came while the history was read", async () => {
    const id = await stack.retrying();
    const { page, faults, close } = await openPage(browser);
    let reads = 0;
    await page.route(
      ({ pathname }) => pathname === `/sagas/${id}/events`,
      async (route) => {
        if (route.request().headers()["accept"] === "text/event-stream") return await route.fallback();
        reads += 1;
        const reply = await route.fetch();
        if (reads === 1) {
          await stack.operate(id, "retry", { note: "while it was read" });
          await page.waitForTimeout(1_000);
        }
        await route.fulfill({ response: reply });
      },
    );
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.locator(".events").getByText("while it was read").waitFor({ timeout: 5_000 });
    expect(reads).toBe(1);
    await stack.clearFaults();
    expect(faults()).toEqual([]);
    await close();
  });

  it("asks no more for a saga that does not exist, until a person asks again", async () => {
    const { page, faults, close } = await openPage(browser);
    const id = "01890000-0000-7000-8000-000000000000";
    let asked = 0;
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith(`/sagas/${id}`)) asked += 1;
    });
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByRole("status").getByText("Not found: it is not read again").waitFor();
    await page.getByRole("heading", { name: "There is no such saga." }).waitFor();
    expect(asked).toBe(3);
    await page.waitForTimeout(7_000);
    expect(asked).toBe(3);
    await page.getByRole("button", { name: "Read again" }).click();
    await expect.poll(() => asked).toBe(6);
    expect(faults(/404/)).toEqual([]);
    await close();
  });

  it("asks for a choice again until it is allowed, where the clock of the page is ahead", async () => {
    const { page, faults, close } = await openPage(browser);
    const from = new Date(Date.now() + 1_000).toISOString();
    const allowedAt = Date.now() + 4_000;
    await page.route(/\/choices$/, async (route) => {
      const reply = await route.fetch();
      const { items }: { items: { choice: string }[] } = await reply.json();
      const isEarly = Date.now() < allowedAt;
      const refused = { allowed: false, reason: "it is too early", allowed_from: from };
      await route.fulfill({
        json: {
          items: items.map((item) =>
            item.choice === "cancel" && isEarly ? { ...item, ...refused } : { ...item, allowed: true },
          ),
        },
      });
    });
    await page.goto(`${stack.consoleUrl}/sagas/${inDoubt}`);
    const cancel = page.getByRole("radio", { name: /^Cancel/ });
    await cancel.waitFor();
    expect(await cancel.isDisabled()).toBe(true);
    await expect.poll(async () => await cancel.isEnabled(), { timeout: 15_000 }).toBe(true);
    expect(faults()).toEqual([]);
    await close();
  });

  it("says which part could not be read, and reads it again by itself", async () => {
    const { page, faults, close } = await openPage(browser);
    let isBroken = true;
    await page.route(/\/definitions$/, async (route) => {
      if (isBroken) await route.fulfill({ status: 503, json: { title: "Not now", detail: "the disk is full" } });
      else await route.fallback();
    });
    for (const path of ["repair", `sagas/${inDoubt}`, "sagas"]) {
      isBroken = true;
      await page.goto(`${stack.consoleUrl}/${path}`);
      const said = page.getByText("Not read: Definitions (the disk is full).");
      await said.waitFor();
      isBroken = false;
      await said.waitFor({ state: "hidden", timeout: 15_000 });
    }
    expect(faults(/503/)).toEqual([]);
    await close();
  });

  it("says how many more wait than the queue shows, leads to them, and says how long each has waited", async () => {
    const { page, faults, close } = await openPage(browser);
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000 - 60_000).toISOString();
    const sample = { ...(await stack.sagaOf(inDoubt)), phase_since: hoursAgo, updated_at: new Date().toISOString() };
    await answerWithMany(page, 1_000, sample);
    await page.route(/\/overview$/, async (route) => {
      await route.fulfill({ json: { open: [{ definition: "order", phase: "needs_intervention", count: 1_000 }] } });
    });
    await page.goto(`${stack.consoleUrl}/repair`);
    await page.getByText("Here are the 200 that started first. 800 more wait.").waitFor();
    expect(await page.locator(".queue .saga-lines time").first().textContent()).toMatch(/^2\sh/);
    await page.getByRole("link", { name: "Show the others" }).click();
    await page.locator('tbody tr:first-child[data-saga="201"]').waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("reads the queue no more often under a thousand changes a second", async () => {
    const { page, faults, close } = await openPage(browser);
    const sample = await stack.sagaOf(inDoubt);
    await makeStreamFast(page, { messages: MESSAGES, perSecond: 1_000, message: JSON.stringify({ ...sample, saga_id: "0" }) });
    let asked = 0;
    page.on("request", (request) => {
      if (new URL(request.url()).pathname === "/sagas") asked += 1;
    });
    await page.goto(`${stack.consoleUrl}/repair`);
    await expect.poll(async () => await page.evaluate("window.told"), { timeout: 60_000 }).toBe(MESSAGES);
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(MESSAGES / 200);
    expect(faults()).toEqual([]);
    await close();
  });
});
