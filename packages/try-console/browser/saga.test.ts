import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOf } from "../src/accessibility.ts";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

describe.skipIf(noBrowser !== undefined)("a person who looks at one saga", () => {
  let browser: Browser;
  let stack: ConsoleStack;

  beforeAll(async () => {
    const variables = { RETRY_BACKOFF_MS_BASE: "10", RETRY_BACKOFF_MS_MAX: "20", CIRCUIT_FAILURES_MAX: "1000" };
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start({ variables })]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it("reads in French why it is in doubt, and what the definition says of the participant", async () => {
    const id = await stack.inDoubt();
    const { page, faults, close } = await openPage(browser, { locale: "fr" });
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByText("On ne sait pas si create-payment a eu son effet chez payments.").waitFor();
    await page.locator(".why .quoted").getByText("la définition order :").waitFor();
    await page.getByText("Dans les mots de l’API").waitFor();
    expect(await page.locator(".why + details[open]").count()).toBe(0);
    await page.locator('[data-step="create-payment"]').getByText("pas de réponse claire depuis").waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("gets the API's words, opened, for a reason that the console does not know", async () => {
    const id = await stack.inDoubt();
    const { page, faults, close } = await openPage(browser);
    await page.route(`${stack.url}/sagas/${id}`, async (route) => {
      const reply = await route.fetch();
      await route.fulfill({ response: reply, body: (await reply.text()).replace('"unknown-unkeyed"', '"of-tomorrow"') });
    });
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByText("What it stands at is told below, in the API's words.").waitFor();
    await page.getByText("It is not known whether the step create-payment took effect at payments").waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("opens the attempts at a step: what came of each, how long it took, its key, and what is not recorded", async () => {
    const id = await stack.undone();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    const [run, undo] = [".rung-down", ".rung-back"].map((side) => page.locator(`[data-step="create-order"] ${side}`));
    if (!run || !undo) throw new Error("there are two sides");
    for (const side of [run, undo]) await side.getByText("1 attempt", { exact: true }).click();
    await run.getByText(`${id}/create-order/run`).waitFor();
    await run.getByText(/"order_id":\d+/).waitFor();
    await run.getByText(/sent .*, took \d+\sms/).waitFor();
    await run.getByText('{"user_id":1,"items":[{"product_id":1,"quantity":1}]}').waitFor();
    await run.getByText("The request itself is not recorded.").waitFor();
    await undo.getByText(`${id}/create-order/rollback`).waitFor();
    await undo.getByText("attempt 1 · undo").waitFor();
    await page.getByText("The path as a list").click();
    expect(await violationsOf(page)).toEqual([]);
    expect(faults()).toEqual([]);
    await close();
  });

  it("sees for each event what caused the state, and how far the saga had come in the chart, also as a list", async () => {
    const id = await stack.undone();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.locator(".state-here", { hasText: "CANCELLED" }).waitFor();
    await page.getByText("The path as a list").click();
    const path = page.locator("ol.path li");
    await path.getByText("PaymentCreationFailed").waitFor();
    await page.getByRole("slider").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.locator(".cause").getByText("create-order").waitFor();
    await page.locator(".state-here", { hasText: "DECREASING_STOCK" }).waitFor();
    expect((await path.allTextContents()).map((text) => text.trim())).toEqual([
      "CREATING_ORDER → DECREASING_STOCK OrderCreated 2",
      "DECREASING_STOCK: here",
    ]);
    expect(await page.locator(".arrow-taken").count()).toBe(1);
    expect(faults()).toEqual([]);
    await close();
  });

  it("reads equal failures as one line, which opens where an event of it is asked for", async () => {
    // With a Retry-After the participant says that it did nothing: the call is tried again.
    const soon = { fault: "status", status: 503, error: "maintenance", retry_after_s: 0 };
    await stack.fault("storeManager", { route: "PUT /stocks", ...soon, times: 6 });
    const id = await stack.completed();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    const line = page.locator(".event-run details");
    await line.getByText(/6 times the same in/).waitFor();
    expect(await page.locator(".event-run .event").first().isVisible()).toBe(false);
    const step = page.locator('[data-step="decrease-stock"]');
    await step.getByText("7 attempts").click();
    expect(await step.locator(".attempt").count()).toBe(7);
    expect(await step.locator(".attempt-bar").count()).toBe(7);
    await step.locator(".attempt .chip").first().click();
    await page.locator(".event:target").waitFor();
    expect(faults()).toEqual([]);
    await close();
  });
});
