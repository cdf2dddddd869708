import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

describe.skipIf(noBrowser !== undefined)("a person who looks", () => {
  let browser: Browser;
  let stack: ConsoleStack;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
    await stack.completed();
    await stack.undone();
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it("sees on the overview that nobody is needed, and then, without a reload, which saga needs a human", async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(stack.consoleUrl);
    await page.getByRole("heading", { name: "No saga is in trouble." }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await stack.inDoubt();
    await page.getByRole("heading", { name: /1 saga needs a human/ }).waitFor();
    await page.getByRole("link", { name: /^Needs a human 1/ }).click();
    await page.waitForURL(/phase=needs_intervention/);
    await page.getByText("1 shown").waitFor();
    await page
      .getByRole("link", { name: /^order / })
      .first()
      .click();
    await page.getByRole("heading", { name: "Why is it here?" }).waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("reads why a saga is in doubt, with the event that shows it, and sees both ways out of the pivot", async () => {
    const id = await stack.inDoubt();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByText("Whether create-payment took effect at payments is not known.").waitFor();
    const pivot = page.locator('[data-step="create-payment"]');
    await pivot.getByText("in doubt").waitFor();
    await pivot.getByText("Two ways from here").waitFor();
    expect(await pivot.locator(".pivot-line").count()).toBe(1);
    // Down and to the turn, both dashed: nothing after it has happened.
    expect(await pivot.locator(".rail-may.rail-doubt").count()).toBe(3);
    const [evidence] = await page.locator(".why .chip").all();
    await evidence?.click();
    expect(await page.locator(".event:target").textContent()).toContain("create-payment");
    expect(faults()).toEqual([]);
    await close();
  });

  it("moves the slider to an earlier event, and sees the saga as it was then", async () => {
    const id = await stack.inDoubt();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    const slider = page.getByRole("slider", { name: "Show the state after an event" });
    await slider.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.getByText("as it was after event 2").waitFor();
    await page.locator('[data-step="create-order"]').getByText("done", { exact: true }).waitFor();
    await page.locator('[data-step="create-payment"]').getByText("not sent").waitFor();
    await page.getByRole("button", { name: "Show it as it is now" }).click();
    await page.locator('[data-step="create-payment"]').getByText("in doubt").waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("sees each event of a saga as it happens, and how long until the next attempt", async () => {
    const id = await stack.retrying();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    const step = page.locator('[data-step="decrease-stock"]');
    await step.getByText("unreachable").waitFor();
    const countdown = step.locator(".countdown");
    const before = await countdown.textContent();
    await expect.poll(() => countdown.textContent()).not.toBe(before);
    await stack.clearFaults();
    await fetch(`${stack.url}/sagas/${id}/retry`, { method: "POST" });
    await page.locator("h1 + .badge").getByText("completed").waitFor();
    await page.getByText("Somebody asked for a retry.").first().waitFor();
    await page.getByText("Ended: nothing more will come").waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("gets a whole page also of an event, a step, a status and an end that the console does not know", async () => {
    const id = await stack.undone();
    const { page, faults, close } = await openPage(browser);
    const strange = (text: string) =>
      text
        .replaceAll('"closing-recorded"', '"teleported"')
        .replaceAll('"cancelled"', '"evaporated"')
        .replaceAll('"undone"', '"unmade"')
        .replaceAll("read-amount", "a-step-of-tomorrow")
        .replaceAll('"version":2', '"version":99');
    await page.route(/\/sagas\/[\w-]+(\/events\?.*)?$/, async (route) => {
      const reply = await route.fetch();
      await route.fulfill({ response: reply, body: strange(await reply.text()) });
    });
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.locator("h1 + .badge").getByText("evaporated").waitFor();
    await page.locator(".events").getByText("teleported").waitFor();
    await page.locator('[data-step="create-order"]').getByText("unmade").waitFor();
    await page.locator('[data-step="a-step-of-tomorrow"]').waitFor();
    await page.getByText("Version 99 of this definition is not described here").waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("is told that a saga does not exist", async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/00000000-0000-7000-8000-000000000000`);
    await page.getByRole("heading", { name: "There is no such saga." }).waitFor();
    expect(faults(/reply: 404/, /status of 404/)).toEqual([]);
    await close();
  });

  it("is told in each language that a page does not exist, and led to the overview", async () => {
    for (const [locale, title, link] of [
      ["en", "There is no such page.", "To the overview"],
      ["fr", "Cette page n’existe pas.", "Vers la vue d’ensemble"],
    ] as const) {
      const { page, faults, close } = await openPage(browser, { locale });
      await page.goto(`${stack.consoleUrl}/nope`);
      await page.getByRole("heading", { name: title }).waitFor();
      await page.getByRole("link", { name: link }).click();
      await page.locator("#trouble").waitFor();
      expect(faults()).toEqual([]);
      await close();
    }
  });

  it("keeps the last picture, dated, while the orchestrator is away, and is live again when it is back", async () => {
    const id = await stack.inDoubt();
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await stack.stopOrchestrator();
    await page.getByText("The orchestrator does not answer.").waitFor();
    await page.getByText("No stream: read again every 3 s").waitFor();
    await page.locator('[data-step="create-payment"]').getByText("in doubt").waitFor();
    await stack.restartOrchestrator();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("The orchestrator does not answer.").waitFor({ state: "hidden" });
    await close();
  });
});
