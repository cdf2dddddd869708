import type { Browser } from "playwright-core";
import { RestateNode } from "test-kit/restate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

const json = { "content-type": "application/json" };

describe.skipIf(noBrowser !== undefined).each(["embedded", "restate"] as const)("the overview, on the %s engine", (engine) => {
  let browser: Browser;
  let stack: ConsoleStack;
  let node: RestateNode | undefined;

  beforeAll(async () => {
    node = engine === "restate" ? await RestateNode.start() : undefined;
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start(node ? { restate: node } : {})]);
    await stack.completed();
    await stack.undone();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
    await node?.stop();
  });

  const post = async (path: string, body: object) => {
    const reply = await fetch(`${stack.url}${path}`, { method: "POST", headers: json, body: JSON.stringify(body) });
    await reply.body?.cancel();
    expect(reply.ok).toBe(true);
  };

  it("shows the last hour, and how each participant answered, as words beside what is drawn", async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(stack.consoleUrl);
    await page.getByText("2 started, 1 completed, 1 undone, 0 came to need a human.").waitFor();
    await page.getByText("The same as a table").click();
    expect(await page.locator(".minute-chart rect").count()).toBeGreaterThan(0);
    const payments = page.locator('[data-participant="payments"]');
    await payments.getByText("1 done").waitFor();
    await payments.getByText("1 refused").waitFor();
    await payments.getByText("is called").waitFor();
    await payments.getByText(/Half of the calls took at most/).waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("says who paused what and why, and who repaired which saga, without a reload", async () => {
    const id = await stack.inDoubt();
    const { page, faults, close } = await openPage(browser);
    await page.goto(stack.consoleUrl);
    await page.getByRole("heading", { name: /1 saga needs a human/ }).waitFor();
    await page.getByText("None since the start of the orchestrator.").waitFor();
    await page.getByText(/^Since the start of the orchestrator at [^ ]+: \d+ started/).waitFor();
    // The page was opened here, and nothing else has read how people know an order.
    const name = page.getByRole("link", { name: /^order \d+$/ });
    await name.waitFor();
    const known = await name.textContent();
    await page.getByText("Each definition takes new sagas.").waitFor();
    await post("/definitions/order/pause", { by: "ali", note: "the warehouse moves" });
    await page.getByText("the warehouse moves").waitFor();
    await page.getByText("· ali").waitFor();
    await post(`/sagas/${id}/resolve`, {
      step: "create-payment",
      applied: true,
      result: { payment_id: 1 },
      by: "nadia",
      note: "payment 1 is there",
    });
    const repairs = page.getByRole("region", { name: "Last repairs" });
    await repairs.getByText("said that create-payment was applied, for").waitFor();
    await repairs.getByText("payment 1 is there").waitFor();
    await page.getByRole("heading", { name: "No saga is in trouble." }).waitFor();
    await expect.poll(() => repairs.getByRole("link").textContent()).toBe(known);
    await repairs.getByRole("link").click();
    await page.waitForURL(new RegExp(`/sagas/${id}$`));
    await post("/definitions/order/resume", {});
    expect(faults()).toEqual([]);
    await close();
  });

  it("leads from a count to the sagas that it counts, the oldest first", async () => {
    const first = await stack.retrying();
    const second = await stack.order();
    const { page, faults, close } = await openPage(browser);
    await page.goto(stack.consoleUrl);
    await page.getByRole("link", { name: /^Retrying 2 oldest / }).click();
    await page.waitForURL(/phase=retrying&order=oldest/);
    await page.getByText("2 shown").waitFor();
    const shown = await page.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-saga")));
    expect(shown).toEqual([first, second]);
    expect(await page.getByLabel("At what").inputValue()).toBe("retrying");
    expect(await page.getByLabel("Order", { exact: true }).inputValue()).toBe("oldest");
    await page.getByRole("link", { name: /^Retrying 2$/ }).waitFor();
    await stack.clearFaults();
    for (const id of [first, second]) await post(`/sagas/${id}/retry`, {});
    await page.getByRole("link", { name: /^Retrying 0$/ }).waitFor();
    expect(faults()).toEqual([]);
    await close();
  });
});
