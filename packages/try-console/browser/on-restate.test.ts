import type { Browser } from "playwright-core";
import { RestateNode } from "test-kit/restate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

const INSTALL_MS_MAX = 600_000;

describe.skipIf(noBrowser !== undefined)("a person whose sagas run on Restate", () => {
  let browser: Browser;
  let restate: RestateNode;
  let stack: ConsoleStack;

  beforeAll(async () => {
    [browser, restate] = await Promise.all([startBrowser(), RestateNode.start()]);
    stack = await ConsoleStack.start({ restate });
  }, INSTALL_MS_MAX);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
    await restate.stop();
  });

  it("finds on the overview the saga that needs a human, says what is true, and gets the event that this wrote", async () => {
    await stack.completed();
    const { page, faults, close } = await openPage(browser);
    await page.goto(stack.consoleUrl);
    await page.getByRole("heading", { name: "No saga is in trouble." }).waitFor();
    await stack.inDoubt();
    await page.getByRole("heading", { name: /1 saga needs a human/ }).waitFor();
    await page.getByRole("link", { name: "Open the repair desk" }).click();
    await page
      .getByRole("link", { name: /^order / })
      .first()
      .click();
    await page.getByText("Whether create-payment took effect at payments is not known.").waitFor();
    await page.locator('[data-step="create-payment"]').getByText("in doubt").waitFor();
    await page.getByRole("radio", { name: /It was applied/ }).check();
    await page.getByLabel("What did you see?").fill("Payments shows payment 2");
    await page.getByLabel("payment_id").fill("2");
    await page.getByRole("button", { name: "It was applied: COMPLETED…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
    await page.getByText(/It is recorded as event \d+\./).waitFor();
    await page.locator("h1 + .badge").getByText("completed").waitFor();
    await page.locator(".events").getByText("Payments shows payment 2").waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("cancels a saga that is retried, and sees it undone", async () => {
    const id = await stack.retrying();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.locator('[data-step="decrease-stock"]').getByText("unreachable").waitFor();
    await page.getByRole("radio", { name: /^Cancel/ }).check();
    await page.getByLabel("What did you see?").fill("The shop agreed");
    await page.getByRole("button", { name: "Cancel: CANCELLED…" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.locator("h1 + .badge").getByText("undone").waitFor();
    await page.locator('[data-step="create-order"]').getByText("undone", { exact: true }).waitFor();
    await stack.clearFaults();
    expect(faults()).toEqual([]);
    await close();
  });
});
