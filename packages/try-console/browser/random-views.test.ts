import fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { randomViews } from "saga-console/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

type View = Parameters<Parameters<typeof randomViews.map>[0]>[0];

const VIEWS = 20;

/** How many steps stand at the empty word. */
function blankIn({ saga }: View): number {
  return saga.steps.filter(({ status, last_error: error, next_attempt_at: next }) =>
    status === "running" && error && next !== undefined ? error.outcome.trim() === "" : status.trim() === "",
  ).length;
}

describe.skipIf(noBrowser !== undefined)("a page of words that the console does not know", () => {
  let browser: Browser;
  let stack: ConsoleStack;
  let id: string;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
    id = await stack.completed();
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  /** Answers the page's requests with the view that is given next. */
  async function answer(page: Page, next: () => View): Promise<void> {
    await page.route(`${stack.url}/sagas/*`, (route) => route.fulfill({ json: next().saga }));
    await page.route(`${stack.url}/sagas/*/events*`, (route) =>
      // The stream is refused: what is shown stays as it is.
      route.request().headers()["accept"]?.includes("event-stream") === true
        ? route.fulfill({ status: 503, json: { type: "overloaded", title: "No stream.", detail: "None." } })
        : route.fulfill({ json: { items: next().events, next_after: null } }),
    );
    await page.route(`${stack.url}/sagas/*/choices`, (route) => route.fulfill({ json: { items: [] } }));
    await page.route(`${stack.url}/definitions`, (route) => route.fulfill({ json: { items: next().definitions } }));
  }

  it("is whole: with its ladder, its history and its list of states, in both languages, now and after its first event", async () => {
    const { page, faults, close } = await openPage(browser);
    const views = fc.sample(randomViews, { numRuns: VIEWS, seed: 34 });
    let view: View | undefined;
    await answer(page, () => {
      if (view === undefined) throw new Error("there is no view yet");
      return view;
    });
    for (const [index, each] of views.entries()) {
      view = each;
      await page.goto(`${stack.consoleUrl}/sagas/${id}`);
      await page.getByRole("button", { name: index % 2 === 0 ? "EN" : "FR", exact: true }).click();
      const ladder = page.locator("section[aria-labelledby=ladder] [data-step]");
      await expect.poll(() => ladder.count(), { message: `view ${index}` }).toBe(each.saga.steps.length);
      await expect.poll(() => page.locator(".events .event").count(), { message: `view ${index}` }).toBe(each.events.length);
      // Each mark has a word, if only its own.
      const words = await page.locator("[data-step] .rung-down > .rung-head .mark").allTextContents();
      expect(words.filter((text) => text.trim() === "").length, `view ${index}`).toBe(blankIn(each));
      if (each.events.length > 1) {
        await page.getByRole("slider").focus();
        await page.keyboard.press("Home");
        await page.locator(".card-past").waitFor();
        expect(await ladder.count(), `view ${index}, after its first event`).toBe(each.saga.steps.length);
      }
      expect(faults(/503/), `view ${index}: ${JSON.stringify(each)}`).toEqual([]);
    }
    await close();
  });
});
