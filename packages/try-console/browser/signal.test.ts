import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOf } from "../src/accessibility.ts";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

describe.skipIf(noBrowser !== undefined)("a person who signals in the place of the sender", () => {
  let browser: Browser;
  let stack: ConsoleStack;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start({ paidLaterWaitMs: 3_600_000 })]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it("fills in the form of the step, reads what would follow, and gets the event that this wrote", async () => {
    const id = await stack.unpaid();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    const look = page.getByRole("button", { name: "What would follow?" });
    await look.click();
    await page.getByText("This must be given.").waitFor();
    await page.getByLabel("is_paid").selectOption("yes");
    await look.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("It would end the wait.").waitFor();
    await dialog.getByText("nothing is sent → COMPLETED").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await page.locator("h1 + .badge").textContent()).toBe("under way");
    await look.click();
    await dialog.getByRole("button", { name: "Confirm: Signal await-payment → COMPLETED" }).click();
    await page.getByText("It ended the wait.").waitFor();
    const answer = await page.getByText(/It is recorded as event \d+/).textContent();
    const seq = /event (\d+)/.exec(answer ?? "")?.[1] ?? "";
    await page.locator("h1 + .badge").getByText("completed").waitFor();
    expect(await page.locator(`#event-${seq}`).textContent()).toContain("A signal came");
    expect(faults()).toEqual([]);
    await close();
  });

  it("is not let send what would be another thing by now, because somebody else was faster", async () => {
    const id = await stack.unpaid();
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByLabel("is_paid").selectOption("yes");
    await page.getByRole("button", { name: "What would follow?" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("It would end the wait.").waitFor();
    await stack.operate(id, "signals/await-payment", { is_paid: true });
    await dialog.getByText(/The saga has changed meanwhile/).waitFor();
    expect(await dialog.getByRole("button", { name: /^Confirm/ }).isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: "Go back" }).click();
    await close();
  });

  it("sees that a refusal would undo the order", async () => {
    const id = await stack.unpaid();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByLabel("is_paid").selectOption("no");
    await page.getByRole("button", { name: "What would follow?" }).click();
    await page
      .getByRole("dialog")
      .getByText(/undo decrease-stock → undo create-order/)
      .waitFor();
    await page.getByRole("button", { name: /^Confirm/ }).click();
    await page.locator("h1 + .badge").getByText("undone").waitFor();
    expect(faults()).toEqual([]);
    await close();
  });
});
