import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";
import { countDrawings, makeStreamFast } from "../src/fast-stream.ts";
import { answerWithMany } from "../src/many-sagas.ts";

const TOTAL = 10_000;
const PER_PAGE = 50;
const MESSAGES = 4_000;

describe.skipIf(noBrowser !== undefined)("the console in a large installation", () => {
  let browser: Browser;
  let stack: ConsoleStack;
  let sample: object;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
    sample = await stack.sagaOf(await stack.completed());
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it("draws one page of rows of ten thousand, whichever page is looked at", async () => {
    const { page, faults, close } = await openPage(browser);
    await answerWithMany(page, TOTAL, sample);
    await page.goto(`${stack.consoleUrl}/sagas`);
    await page.getByText("1 to 50 shown").waitFor();
    // The column that the definition names comes with a reply of its own.
    await page.getByRole("columnheader", { name: "total_amount" }).waitFor();
    const elements = async () => Number(await page.evaluate("document.querySelectorAll('*').length"));
    const atFirst = await elements();
    for (let turned = 1; turned <= 20; turned += 1) {
      await page.keyboard.press("n");
      await page.locator(`tbody tr:first-child[data-saga="${turned * PER_PAGE + 1}"]`).waitFor();
      expect(await page.locator("tbody tr").count()).toBe(PER_PAGE);
    }
    // The ways back are two links more.
    expect(await elements()).toBeLessThanOrEqual(atFirst + 5);
    await page.goto(`${stack.consoleUrl}/sagas?after=9950&from=9951`);

    await page.getByText("9,951 to 10,000 shown").waitFor();
    expect(await page.locator("tbody tr").count()).toBe(PER_PAGE);
    expect(await page.getByRole("link", { name: "Next page" }).count()).toBe(0);
    expect(faults()).toEqual([]);
    await close();
  });

  it("samples a thousand changes a second: it draws no message by itself, moves no row, and answers its person meanwhile", async () => {
    const { page, faults, close } = await openPage(browser);
    await makeStreamFast(page, { messages: MESSAGES, perSecond: 1_000, message: JSON.stringify({ ...sample, saga_id: "0" }) });
    await page.goto(`${stack.consoleUrl}/sagas`);
    await page.locator("tbody tr").first().waitFor();
    const drawings = await countDrawings(page);
    await page.getByRole("button", { name: /changed: show/ }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByRole("status").getByText("1 marked").waitFor();
    const told = Number(await page.evaluate("window.told"));
    expect(told, "the stream goes on while the person acts").toBeLessThan(MESSAGES);
    await page.getByRole("button", { name: "4,000 changed: show" }).waitFor();
    const { notice, rows } = await drawings();
    expect(rows).toBe(0);
    // Half a second apart, in the four seconds and more of the stream: a drawing for each burst of messages would be eighty.
    expect(notice).toBeLessThan(MESSAGES / 100);
    expect(notice).toBeGreaterThan(1);
    expect(faults()).toEqual([]);
    await close();
  });

  it("asks for the counts of the overview no more often under a thousand changes a second than without any", async () => {
    const { page, faults, close } = await openPage(browser);
    await makeStreamFast(page, { messages: MESSAGES, perSecond: 1_000, message: JSON.stringify({ ...sample, saga_id: "0" }) });
    let asked = 0;
    page.on("request", (request) => {
      if (new URL(request.url()).pathname === "/overview") asked += 1;
    });
    await page.goto(stack.consoleUrl);
    await page.getByRole("heading", { name: "No saga is in trouble." }).waitFor();
    await expect.poll(async () => await page.evaluate("window.told"), { timeout: 60_000 }).toBe(MESSAGES);
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(MESSAGES / 100);
    expect(faults()).toEqual([]);
    await close();
  });
});
