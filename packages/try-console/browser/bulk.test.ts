import process from "node:process";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOf } from "../src/accessibility.ts";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

/** Where pictures of each state go; unset: nowhere. */
const pictures = process.env["CONSOLE_PICTURES"];

const english = {
  repair: /Repair the 2/,
  cancel: /^Cancel/,
  note: "What did you see?",
  preview: "Preview",
  act: /^Cancel: 2 sagas/,
};
const french = {
  repair: /Réparer les 2/,
  cancel: /^Annuler/,
  note: "Qu’avez-vous vu ?",
  preview: "Aperçu",
  act: /^Annuler : 2 sagas/,
};

describe.skipIf(noBrowser !== undefined)("a person who repairs many sagas at once", () => {
  let browser: Browser;
  let stack: ConsoleStack;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it("marks them in the list, sees what would become of each, confirms just that, and gets a result for each against it", async () => {
    const ids = await stack.manyRetrying(12);
    const [elsewhere = ""] = ids;
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas?phase=retrying`);
    await page.locator(`tr[data-saga="${elsewhere}"]`).waitFor();
    for (const id of ids) await page.locator(`tr[data-saga="${id}"]`).getByRole("checkbox").check();
    await page.getByRole("button", { name: "Repair the 12 marked…" }).click();
    await page.getByRole("heading", { name: "12 sagas chosen" }).waitFor();
    // One of them is undone by somebody else before the preview.
    await stack.operate(elsewhere, "cancel", { note: "mine" });
    await stack.reach(elsewhere, "cancelled");
    expect(await page.getByRole("radio", { name: /It was applied/ }).isDisabled()).toBe(true);
    await page.getByRole("radio", { name: /^Cancel/ }).check();
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("Write what you saw: it is kept with the saga.").waitFor();
    await page.getByLabel("What did you see?").fill("The shop is closed");
    await page.getByRole("button", { name: "Preview" }).click();
    const preview = page.getByRole("region", { name: "What would become of them" });
    await preview.getByText("11 · Then: undo create-order → CANCELLED").waitFor();
    await preview.getByText("1 saga refused: left as they are").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await statusOf(ids[1])).toBe("running");
    await page.getByRole("button", { name: "Cancel: 11 sagas…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("11: undo create-order → CANCELLED").waitFor();
    await dialog.getByText("The shop is closed").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel: 11 sagas" }).click();
    await page.getByText("11 recorded, 1 refused, 0 without an answer, 0 not sent").waitFor();
    await expect.poll(() => page.locator(".bulk-rows").getByText("CANCELLED · as foretold").count()).toBe(11);
    const refused = page.locator(`tr[data-saga="${elsewhere}"]`);
    expect(await refused.textContent()).toContain("Not possible: the saga has ended");
    const evidence = page.locator(`tr[data-saga="${ids[1]}"]`).getByRole("link", { name: /^event \d+/ });
    const seq = /\d+/.exec((await evidence.textContent()) ?? "")?.[0] ?? "";
    const reply = await fetch(`${stack.url}/sagas/${ids[1]}/events?after=${Number(seq) - 1}&limit=1`);
    expect(await reply.json()).toMatchObject({ items: [{ type: "cancel-requested", data: { note: "The shop is closed" } }] });
    expect(await violationsOf(page)).toEqual([]);
    await stack.clearFaults();
    expect(faults()).toEqual([]);
    await close();
  });

  it("leaves a saga as it is that has changed since the preview", async () => {
    const ids = await stack.manyRetrying(2);
    const { page, faults, close } = await openPage(browser);
    await chooseInList(page, ids);
    await page.getByRole("radio", { name: /^Retry now/ }).check();
    await page.getByLabel("What did you see?").fill("It is back");
    // Held on its way, the preview leaves nothing to choose: else the button would name what was not previewed.
    const held = Promise.withResolvers<void>();
    await page.route("**/sagas/retry", async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.getByRole("button", { name: "Preview" }).click();
    await expect.poll(() => page.getByRole("radio", { name: /^Cancel/ }).isDisabled()).toBe(true);
    expect(await page.getByLabel("What did you see?").isDisabled()).toBe(true);
    held.resolve();
    await page.getByRole("button", { name: "Retry now: 2 sagas…" }).click();
    await stack.operate(ids[0] ?? "", "cancel", { note: "mine" });
    await stack.reach(ids[0] ?? "", "cancelled");
    await page.getByRole("dialog").getByRole("button", { name: "Retry now: 2 sagas" }).click();
    await page.getByText("1 recorded, 1 refused, 0 without an answer, 0 not sent").waitFor();
    await stack.clearFaults();
    expect(faults()).toEqual([]);
    await close();
  });

  it("stops, and goes on with the others", async () => {
    const ids = await stack.manyRetrying(25);
    const { page, close } = await openPage(browser);
    await chooseInList(page, ids);
    await page.getByRole("radio", { name: /^Cancel/ }).check();
    await page.getByLabel("What did you see?").fill("The shop is closed");
    await page.getByRole("button", { name: "Preview" }).click();
    // The first ten are held on their way until the person has stopped.
    const held = Promise.withResolvers<void>();
    let sent = 0;
    await page.route("**/sagas/cancel", async (route) => {
      sent += 1;
      await held.promise;
      await route.continue();
    });
    await page.getByRole("button", { name: "Cancel: 25 sagas…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel: 25 sagas" }).click();
    await page.getByText("0 of 25", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    held.resolve();
    await page.getByText("Stopped. Nothing further is sent. 10 of 25").waitFor();
    expect(sent).toBe(1);
    expect(await statusOf(ids.at(-1))).not.toBe("cancelled");
    await page.getByRole("button", { name: "Go on with the other 15" }).click();
    await page.getByText("25 recorded, 0 refused, 0 without an answer, 0 not sent").waitFor();
    await stack.clearFaults();
    await close();
  });

  it("halts where no answer comes, says of which sagas nobody knows, and repeats none of them", async () => {
    const ids = await stack.manyRetrying(12);
    const { page, close } = await openPage(browser);
    await chooseInList(page, ids);
    await page.getByRole("radio", { name: /^Cancel/ }).check();
    await page.getByLabel("What did you see?").fill("The shop is closed");
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("button", { name: "Cancel: 12 sagas…" }).waitFor();
    await stack.stopOrchestrator();
    await page.getByRole("button", { name: "Cancel: 12 sagas…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel: 12 sagas" }).click();
    await page.getByText("0 recorded, 0 refused, 10 without an answer, 2 not sent").waitFor();
    await page.getByText(/It is not known whether this was recorded/).waitFor();
    expect(await page.getByLabel("What did you see?").inputValue()).toBe("The shop is closed");
    await page.getByRole("link", { name: "Look at the results below" }).click();
    expect(await page.evaluate("document.querySelector(location.hash)?.textContent")).toBe("What became of them");
    await stack.restartOrchestrator();
    await page.getByRole("button", { name: "Go on with the other 2" }).click();
    await page.getByText("2 recorded, 0 refused, 10 without an answer, 0 not sent").waitFor();
    // The history is looked at in a tab of its own: the results are nowhere else.
    const opened = page.waitForEvent("popup");
    await page
      .getByRole("link", { name: /look at its history \(opens in a new tab\)/ })
      .first()
      .click();
    await (await opened).close();
    await page.getByText("2 recorded, 0 refused, 10 without an answer, 0 not sent").waitFor();
    // Nothing that is recorded, or may be, is offered again.
    await page.reload();
    await page.getByText(/No saga is chosen/).waitFor();
    await stack.clearFaults();
    await close();
  });

  it("answers for many that are in doubt, from the queue, with nothing but the keyboard", async () => {
    const ids = [await stack.inDoubt(), await stack.inDoubt()];
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/repair`);
    await page.getByRole("checkbox", { name: "Mark all" }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /sagas chosen/ }).waitFor();
    await page.getByRole("radio", { name: /It was applied/ }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    expect(await page.getByLabel("Step").inputValue()).toBe("create-payment");
    await page.keyboard.press("Tab");
    await page.keyboard.type("All are there");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    // A step that gives something is answered one saga at a time: its result differs.
    await page.getByText(/None of these sagas allows that now/).waitFor();
    for (const id of ids) expect(await statusOf(id)).toBe("needs_intervention");
    expect(faults()).toEqual([]);
    await close();
  });

  it.each([
    { locale: "en", colorScheme: "dark", width: 768 },
    { locale: "fr", colorScheme: "light", width: 1440 },
    { locale: "fr", colorScheme: "dark", width: 360 },
  ] as const)(
    "has each state of the page without fault by axe, and within its width: $locale, $colorScheme, $width px",
    async ({ locale, colorScheme, width }) => {
      const ids = await stack.manyRetrying(2);
      const { page, faults, close } = await openPage(browser, { locale, colorScheme, viewport: { width, height: 900 } });
      const found: string[] = [];
      const look = async (name: string) => {
        if (pictures !== undefined)
          await page.screenshot({ path: `${pictures}/bulk-${name}-${locale}-${colorScheme}-${width}.png`, fullPage: true });
        found.push(...(await violationsOf(page)).map((violation) => `${name}: ${violation}`));
        const overflow = Number(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"));
        if (overflow > 0) found.push(`${name}: ${overflow} px too wide`);
      };
      const texts = locale === "fr" ? french : english;
      await page.goto(`${stack.consoleUrl}/sagas?phase=retrying`);
      for (const id of ids) await page.locator(`tr[data-saga="${id}"]`).getByRole("checkbox").check();
      await page.getByRole("button", { name: texts.repair }).click();
      await page.getByRole("radio", { name: texts.cancel }).check();
      await page.getByLabel(texts.note).fill("…");
      await look("plan");
      await page.getByRole("button", { name: texts.preview }).click();
      await page.locator(".outcomes summary").first().click();
      await look("preview");
      await page.getByRole("button", { name: texts.act }).click();
      await look("dialog");
      await page.getByRole("dialog").getByRole("button", { name: texts.act }).click();
      await page.locator(".bulk-rows").getByText("CANCELLED ·").nth(1).waitFor();
      await look("results");
      expect(found).toEqual([]);
      expect(faults()).toEqual([]);
      await stack.clearFaults();
      await close();
    },
  );

  async function chooseInList(page: Awaited<ReturnType<typeof openPage>>["page"], ids: readonly string[]): Promise<void> {
    await page.goto(`${stack.consoleUrl}/sagas?phase=retrying`);
    for (const id of ids) await page.locator(`tr[data-saga="${id}"]`).getByRole("checkbox").check();
    await page.getByRole("button", { name: `Repair the ${ids.length} marked…` }).click();
  }

  async function statusOf(id = ""): Promise<unknown> {
    const saga: unknown = await (await fetch(`${stack.url}/sagas/${id}`)).json();
    return typeof saga === "object" && saga !== null && "status" in saga ? saga.status : undefined;
  }
});
