import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

/** Goes on with the Tab key until something has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    if ((await target.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("The keyboard does not reach it.");
}

/** Says that the payment was applied, up to the confirmation. */
async function askApplied(page: Page, note: string): Promise<void> {
  await page.getByRole("radio", { name: /It was applied/ }).check();
  await page.getByLabel("What did you see?").fill(note);
  await page.getByLabel("payment_id").fill("9");
  await page.getByRole("button", { name: "It was applied: COMPLETED…" }).click();
}

/** What is on two lines of the page and belongs on one: the last word of a reason and its evidence, a name and its value. */
const linesApart = `(() => {
  const rects = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return [...range.getClientRects()];
  };
  const apart = [];
  for (const chip of document.querySelectorAll(".why p .chip:first-of-type")) {
    const text = document.createTreeWalker(chip.parentElement, NodeFilter.SHOW_TEXT).nextNode();
    const end = text.data.trimEnd().length;
    const word = rects(text, end - 1, end).at(-1);
    if (chip.getBoundingClientRect().top > word.bottom) apart.push(text.data);
  }
  const facts = document.querySelector(".facts .mono").firstChild;
  for (const { 0: pair, index } of facts.data.matchAll(/[^,\\s]+[\\s][^,]+/g))
    if (new Set(rects(facts, index, index + pair.length).map(({ top }) => top)).size > 1) apart.push(pair);
  return apart;
})()`;

describe.skipIf(noBrowser !== undefined)("a person who repairs", () => {
  let browser: Browser;
  let stack: ConsoleStack;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it("finds the saga that waits, says what is true, reads once more what follows, and gets the event that this wrote", async () => {
    await stack.inDoubt();
    const viewport = { width: 1280, height: 800 };
    const { page, faults, close } = await openPage(browser, { viewport });
    await page.goto(stack.consoleUrl);
    await page.getByRole("link", { name: "Open the repair desk" }).click();
    await page
      .getByRole("link", { name: /^order / })
      .first()
      .click();
    await page.getByText("whether create-payment took effect at payments", { exact: true }).waitFor();
    await page.getByText(/payments, for/).waitFor();
    await page.getByRole("radio", { name: /It was applied/ }).check();
    const act = page.getByRole("button", { name: "It was applied: COMPLETED…" });
    // Without a note nothing is asked, and nothing is sent.
    await act.click();
    await page.getByText("Write what you saw: it is kept with the saga.").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByLabel("What did you see?").fill("Payments shows payment 1");
    await page.getByLabel("payment_id").fill("payment 1");
    await act.click();
    await page.getByText("This is no whole number.").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByLabel("payment_id").fill("1");
    await page.getByLabel("Your name").fill("ada");
    await act.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("nothing is sent → COMPLETED").waitFor();
    await dialog.getByText("Payments shows payment 1").waitFor();
    await dialog.getByRole("button", { name: "Confirm: It was applied → COMPLETED" }).click();
    await page.getByText("It is recorded as event 7.").waitFor();
    await page.locator("h1 + .badge").getByText("completed").waitFor();
    await page.locator(".trail li", { hasText: "ada: It was applied create-payment" }).waitFor();
    // The desk above it is gone by now.
    const told = async () => (await page.getByText("It is recorded as event 7.").boundingBox())?.y ?? -1;
    await expect.poll(told).toBeGreaterThan(0);
    expect(await told()).toBeLessThan(viewport.height);
    expect(await page.locator(".trail").textContent()).toContain("Payments shows payment 1");
    expect(await page.locator("#event-7").textContent()).toContain("Payments shows payment 1");
    expect(faults()).toEqual([]);
    await close();
  });

  it("sees what cancelling would undo, goes back without an effect, and then cancels", async () => {
    const id = await stack.retrying();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    const cancel = page.getByRole("radio", { name: /^Cancel/ });
    await cancel.check();
    await page.locator(".choice-chosen").getByText("undo create-order → CANCELLED").waitFor();
    await page.getByLabel("What did you see?").fill("The shop agreed");
    await page.getByRole("button", { name: "Cancel: CANCELLED…" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await page.locator("h1 + .badge").textContent()).toBe("under way");
    expect(await page.getByLabel("What did you see?").inputValue()).toBe("The shop agreed");
    await page.getByRole("button", { name: "Cancel: CANCELLED…" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.locator("h1 + .badge").getByText("undone").waitFor();
    await page.getByText("It turned back because somebody cancelled it.").waitFor();
    await stack.clearFaults();
    expect(faults()).toEqual([]);
    await close();
  });

  it("keeps what it wrote when somebody else was faster, and is told why it was refused", async () => {
    const id = await stack.inDoubt();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await askApplied(page, "I looked too");
    await page.getByRole("dialog").waitFor();
    // The page hears nothing more of the saga, as on a line that hangs.
    await page.route(/\/sagas\/[^/]+(\/choices|\/events.*)?$/, (route) => route.abort());
    await stack.operate(id, "resolve", { step: "create-payment", applied: true, result: { payment_id: 9 }, note: "first" });
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText(/Refused, and nothing was changed/).waitFor();
    expect(await page.getByLabel("What did you see?").inputValue()).toBe("I looked too");
    expect(faults(/(reply:|status of) 409/, /ERR_FAILED/)).toEqual([]);
    await close();
  });

  it("is not let confirm what has changed under his eyes, and keeps what he wrote", async () => {
    const id = await stack.inDoubt();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await askApplied(page, "I looked too");
    await page.getByRole("dialog").waitFor();
    await stack.operate(id, "resolve", { step: "create-payment", applied: true, result: { payment_id: 9 }, note: "first" });
    await page.getByText(/The saga has changed meanwhile/).waitFor();
    expect(await page.getByRole("button", { name: "Confirm" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Go back" }).click();
    expect(await page.getByLabel("What did you see?").inputValue()).toBe("I looked too");
    expect(faults()).toEqual([]);
    await close();
  });

  it("may not confirm before what follows is computed again for a saga that has changed", async () => {
    const id = await stack.retrying();
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByRole("radio", { name: /^Cancel/ }).check();
    await page.getByLabel("What did you see?").fill("The shop agreed");
    await page.getByRole("button", { name: "Cancel: CANCELLED…" }).click();
    const confirm = page.getByRole("button", { name: /^Confirm/ });
    await confirm.waitFor();
    const held = Promise.withResolvers<void>();
    await page.route("**/choices", async (route) => {
      await held.promise;
      await route.continue();
    });
    // A retry that fails again: the saga has changed, and what cancelling leads to has not.
    await stack.operate(id, "retry", { note: "mine" });
    await page.getByText("The saga has changed meanwhile. What would follow is computed again.").waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    held.resolve();
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    await confirm.click();
    await page.locator("h1 + .badge").getByText("undone").waitFor();
    await stack.clearFaults();
    await close();
  });

  it("is told to look at the history first where no answer came, and keeps what he wrote", async () => {
    const id = await stack.inDoubt();
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await askApplied(page, "Payments shows it");
    await stack.stopOrchestrator();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText(/It is not known whether this was recorded/).waitFor();
    await page.getByRole("link", { name: "Look at the history" }).waitFor();
    expect(await page.getByLabel("What did you see?").inputValue()).toBe("Payments shows it");
    await stack.restartOrchestrator();
    await close();
  });

  it("repairs with nothing but the keyboard", async () => {
    const id = await stack.inDoubt();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    const applied = page.getByRole("radio", { name: /It was applied/ });
    await applied.waitFor();
    await tabTo(page, applied);
    await page.keyboard.press("Space");
    await tabTo(page, page.getByLabel("payment_id"));
    await page.keyboard.type("3");
    await tabTo(page, page.getByLabel("What did you see?"));
    await page.keyboard.type("Payments shows it");
    await tabTo(page, page.getByRole("button", { name: "It was applied: COMPLETED…" }));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("button", { name: /^Confirm/ }));
    await page.keyboard.press("Enter");
    await page.getByText(/It is recorded as event/).waitFor();
    expect(await page.evaluate("document.activeElement !== document.body")).toBe(true);
    expect(faults()).toEqual([]);
    await close();
  });

  it("says when a choice that is not possible yet will be, and counts down to it", async () => {
    const id = await stack.inDoubt();
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    const choice = page.locator(".choice-refused", { hasText: "It was not applied" });
    await choice.getByText(/Possible from/).waitFor();
    const before = await choice.locator(".countdown").textContent();
    await expect.poll(() => choice.locator(".countdown").textContent()).not.toBe(before);
    expect(await choice.getByRole("radio").isDisabled()).toBe(true);
    // What it will lead to is said before it may be chosen.
    expect(await choice.textContent()).toContain("Then: run create-payment → COMPLETED");
    await close();
  });

  it.each([360, 768])(
    "has no number of evidence alone on a line, and no value apart from its name: French, %d px",
    async (width) => {
      const id = await stack.inDoubt();
      const { page, close } = await openPage(browser, { locale: "fr", viewport: { width, height: 900 } });
      await page.goto(`${stack.consoleUrl}/sagas/${id}`);
      await page.locator(".why .chip").first().waitFor();
      await page.locator(".facts .mono").waitFor();
      expect(await page.evaluate(linesApart)).toEqual([]);
      await close();
    },
  );

  it("pauses a definition with a reason, sees it on the overview, and resumes it with that reason before his eyes", async () => {
    const { page, faults, close } = await openPage(browser);
    const other = await openPage(browser);
    await other.page.goto(`${stack.consoleUrl}/definitions`);
    await page.goto(`${stack.consoleUrl}/repair`);
    await page.getByRole("button", { name: "Pause…" }).click();
    await page.getByRole("button", { name: "Pause order" }).click();
    await page.getByText("Write why: it is kept with the pause.").waitFor();
    await page.getByLabel("Why?").fill("Payments is down");
    await page.getByRole("button", { name: "Pause order" }).click();
    await page.getByText(/Paused since .* Payments is down/).waitFor();
    // Somebody who looks at it elsewhere sees it too, and its end.
    await other.page.getByText(/Paused since .* Payments is down/).waitFor();
    await page.getByRole("link", { name: "Overview" }).click();
    await page.locator(".card-paused").getByText("Payments is down").waitFor();
    const refused = await fetch(`${stack.url}/saga/order`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user_id: 1, items: [{ product_id: 1, quantity: 1 }] }),
    });
    expect(refused.status).toBe(503);
    await page.getByRole("link", { name: "Definitions" }).click();
    await page.getByRole("button", { name: "Resume…" }).click();
    await page
      .getByRole("dialog")
      .getByText(/Paused since .* Payments is down/)
      .waitFor();
    await page.getByRole("button", { name: "Resume order" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.getByText(/Paused since/).waitFor({ state: "hidden" });
    await other.page.getByText(/Paused since/).waitFor({ state: "hidden" });
    expect([...faults(), ...other.faults()]).toEqual([]);
    await other.close();
    await close();
  });
});
