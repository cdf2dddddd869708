import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOf } from "../src/accessibility.ts";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

const LATER_KIB_MAX = 40;
const DAY_MS = 86_400_000;

const looks = [
  { locale: "en", colorScheme: "light", width: 1440 },
  { locale: "fr", colorScheme: "dark", width: 360 },
  { locale: "fr", colorScheme: "light", width: 768 },
] as const;

describe.skipIf(noBrowser !== undefined)("what would happen if one thing went wrong", () => {
  let browser: Browser;
  let stack: ConsoleStack;
  let whatIf = "";

  beforeAll(async () => {
    const variables = { PAID_LATER_WAIT_MS: String(DAY_MS) };
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start({ variables })]);
    whatIf = `${stack.consoleUrl}/definitions/order`;
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  const cell = (page: Page, name: RegExp) => page.getByRole("grid").getByRole("button", { name });
  const follows = (page: Page) => page.locator("section[aria-labelledby=what-follows]");

  it("is found at a definition, and shows the path, the calls, the end and the client's answer of a cell", async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/definitions`);
    await page.getByRole("link", { name: "What if… order", exact: true }).click();
    await cell(page, /^create-payment, Refused undone$/).click();
    await page.getByRole("heading", { name: "create-payment: Refused" }).waitFor();
    expect(await page.locator(".rung .rung-back strong").allTextContents()).toEqual(["CANCELLING_ORDER", "INCREASING_STOCK"]);
    await follows(page).getByText("409 saga-cancelled").waitFor();
    await follows(page).getByText("create-payment was refused, so what was done is undone.").waitFor();
    expect(await follows(page).locator(".foretold-calls .mono").allTextContents()).toEqual([
      "create-order",
      "decrease-stock",
      "read-amount",
      "create-payment",
      "decrease-stock",
      "create-order",
    ]);
    // The same cell at the same address.
    await page.reload();
    await page.getByRole("heading", { name: "create-payment: Refused" }).waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("is what then happens: an order whose payment's answer is lost needs a human, in the foretold state", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${whatIf}?step=create-payment&if=cut`);
    const foretold = await follows(page).locator(".why").textContent();
    const id = await stack.inDoubt();
    const saga: unknown = await (await fetch(`${stack.url}/sagas/${id}`)).json();
    expect(saga).toMatchObject({ status: "needs_intervention", state: "CREATING_PAYMENT" });
    expect(foretold).toContain("needs a human CREATING_PAYMENT");
    await close();
  });

  it("asks the orchestrator for nothing: a cell, other keys and another version are decided in the page", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(whatIf);
    await cell(page, /^create-payment, Cut after sending needs a human$/).click();
    const sent: string[] = [];
    // The browser looks at the page's icon again where the address changes.
    page.on("request", (request) => request.url().includes("/console/assets/icon") || sent.push(request.url()));
    await page.getByRole("button", { name: "all", exact: true }).click();
    await cell(page, /^create-payment, Cut after sending completed$/).click();
    await follows(page).getByText("create-payment was sent again, and then done.").waitFor();
    await page.getByLabel("Version").selectOption("1");
    await page.getByRole("heading", { name: "order, version 1: what if?" }).waitFor();
    expect(await page.getByRole("rowheader").allTextContents()).toEqual(["create-order", "decrease-stock", "create-payment"]);
    expect(sent).toEqual([]);
    await close();
  });

  it("knows of a wait that nobody is called there, and what follows if no signal comes", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/definitions/order-paid-later`);
    const row = page.getByRole("row", { name: /^await-payment/ });
    await row.waitFor();
    expect(await row.getByRole("button").count()).toBe(3);
    await cell(page, /^await-payment, Never answers undone$/).click();
    await page.getByText("No signal comes.").waitFor();
    await follows(page).getByText("About 1 d after its start.").waitFor();
    await close();
  });

  it("is reached with the keyboard: Tab comes to one cell, the arrows go on, Enter chooses", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${whatIf}?step=create-order&if=refused`);
    await cell(page, /^create-order, Refused/).focus();
    for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "Enter"]) await page.keyboard.press(key);
    await page.getByRole("heading", { name: "decrease-stock: Cut after sending" }).waitFor();
    expect(await page.locator(".mishaps button[tabindex='0']").count()).toBe(1);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.closest('.mishaps') === null")).toBe(true);
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toContain("decrease-stock, Cut after sending");
    await close();
  });

  it.each(looks)("is found without fault by axe, and fits its width: $locale, $colorScheme, $width px", async (look) => {
    const { locale, colorScheme, width } = look;
    const { page, faults, close } = await openPage(browser, { locale, colorScheme, viewport: { width, height: 900 } });
    for (const path of [
      "order?step=create-payment&if=cut",
      "order?keys=kept&step=decrease-stock&if=refused",
      "order-paid-later",
    ]) {
      await page.goto(`${stack.consoleUrl}/definitions/${path}`);
      await page.locator(".ladder").waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(Number(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))).toBeLessThanOrEqual(0);
    }
    expect(faults()).toEqual([]);
    await close();
  });

  it("is loaded where it is needed, and is small then too", async () => {
    const { page, close } = await openPage(browser);
    const scripts: Promise<readonly [string, number]>[] = [];
    page.on("response", (reply) => {
      if (!/javascript/.test(reply.headers()["content-type"] ?? "")) return;
      scripts.push(reply.body().then((bytes) => [new URL(reply.url()).pathname, gzipSync(bytes).byteLength] as const));
    });
    await page.goto(`${stack.consoleUrl}/definitions`);
    await page.getByRole("link", { name: "What if… order", exact: true }).waitFor();
    const first = (await Promise.all(scripts)).map(([path]) => path);
    await page.getByRole("link", { name: "What if… order", exact: true }).click();
    await page.locator(".ladder").waitFor();
    const later = (await Promise.all(scripts)).filter(([path]) => !first.includes(path));
    expect(first).toHaveLength(1);
    expect(later.length).toBeGreaterThan(0);
    expect(later.reduce((sum, [, bytes]) => sum + bytes, 0) / 1_024).toBeLessThan(LATER_KIB_MAX);
    await close();
  });

  it("says so where there is no such definition, and where the API tells too little of it", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/definitions/nothing`);
    await page.getByRole("heading", { name: "There is no definition nothing here." }).waitFor();
    await page.route("**/definitions", async (route) => {
      const reply = await route.fetch();
      await route.fulfill({ response: reply, body: (await reply.text()).replaceAll('"pivot"', '"a-later-kind"') });
    });
    await page.goto(whatIf);
    await page.getByRole("alert").getByText("The API tells too little of this definition for this page.").waitFor();
    await close();
  });
});

describe.skipIf(noBrowser !== undefined)("the definitions in the console", () => {
  let browser: Browser;
  let stack: ConsoleStack;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it("show their steps, arrows, patience and earlier versions", async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/definitions`);
    const order = page.getByRole("region", { name: "order", exact: true });
    await order.getByText("Patience").first().click();
    await order.getByText("Gives up after").first().waitFor();
    await order.getByText("States and arrows").first().click();
    await order.getByText("(PaymentCreationFailed)").first().waitFor();
    await order.getByText("Version 1, for sagas that started with it").click();
    await order.getByRole("link", { name: "What if… order, version 1" }).click();
    await page.getByRole("heading", { name: "order, version 1: what if?" }).waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("let the ladder of a saga of an earlier version be drawn with its pivot", async () => {
    const id = await stack.completed();
    const { page, close } = await openPage(browser);
    // A saga of version 1 has three steps; no route starts one any more.
    await page.route(`${stack.url}/sagas/${id}`, async (route) => {
      const reply = await route.fetch();
      const saga = JSON.parse(await reply.text(), (name, value: unknown) => {
        if (name === "version") return 1;
        return name === "steps" && Array.isArray(value) ? value.filter((_step, index) => index !== 2) : value;
      });
      await route.fulfill({ response: reply, json: saga });
    });
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.locator(".rung-pivot[data-step=create-payment]").waitFor();
    await page.getByText("order, version 1").waitFor();
    expect(await page.getByText(/is not described here/).count()).toBe(0);
    await close();
  });
});
