import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

const ORDERS = 55;

describe.skipIf(noBrowser !== undefined)("the list of sagas", () => {
  let browser: Browser;
  let stack: ConsoleStack;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
    await stack.undone();
    await stack.inDoubt();
    for (let count = 2; count < ORDERS; count += 1) await stack.order();
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it("has its filters in the URL, so that a reload and a link show the same", async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas`);
    await page.getByLabel("Status").selectOption({ label: "undone" });
    await page.waitForURL(/status=cancelled/);
    await page.getByText("1 shown").waitFor();
    await page.getByLabel("Search").fill("1");
    await page.keyboard.press("Enter");
    await page.waitForURL(/text=1/);
    await page.reload();
    expect(await page.getByLabel("Status").inputValue()).toBe("cancelled");
    expect(await page.getByLabel("Search").inputValue()).toBe("1");
    expect(faults()).toEqual([]);
    await close();
  });

  it("shows one page, and further ones by links and keys, each with an address of its own", async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas`);
    await page.getByText("1 to 50 shown").waitFor();
    const first = await page.locator("tbody tr").first().getAttribute("data-saga");
    await page.getByRole("link", { name: "Next page" }).click();
    await page.getByText(/51 to 5[5-9] shown/).waitFor();
    expect(await page.locator(`[data-saga="${first}"]`).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Next page" }).count()).toBe(0);
    const second = await page.locator("tbody tr").first().getAttribute("data-saga");
    await page.reload();
    await page.locator(`tbody tr:first-child[data-saga="${second}"]`).waitFor();
    await page.keyboard.press("p");
    await page.locator(`tbody tr:first-child[data-saga="${first}"]`).waitFor();
    await page.keyboard.press("n");
    await page.locator(`tbody tr:first-child[data-saga="${second}"]`).waitFor();
    await page.goBack();
    await page.locator(`tbody tr:first-child[data-saga="${first}"]`).waitFor();
    expect(faults()).toEqual([]);
    await close();
  });

  it("has the columns that the definition names, and is named by the first of them", async () => {
    const id = await stack.completed();
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas`);
    const row = page.locator(`[data-saga="${id}"]`);
    const data = await stack.dataOf(id);
    await row.getByRole("link", { name: `order ${data["order_id"]}`, exact: true }).waitFor();
    await page.getByRole("columnheader", { name: "total_amount" }).waitFor();
    expect(await row.locator("td.member").textContent()).toBe(String(data["total_amount"]));
    await close();
  });

  it("moves no row by itself: it says how many changed, and shows them when asked", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas`);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("50 shown").waitFor();
    const first = await page.locator("tbody tr").first().getAttribute("data-saga");
    const id = await stack.completed();
    const show = page.getByRole("button", { name: "1 changed: show" });
    await show.waitFor();
    expect(await page.locator("tbody tr").first().getAttribute("data-saga")).toBe(first);
    await show.click();
    await page.locator(`tbody tr:first-child[data-saga="${id}"]`).waitFor();
    await close();
  });

  it("says that changes may have been missed where its stream was cut, and shows the list as it is when asked", async () => {
    const { page, close } = await openPage(browser);
    let isCut = false;
    await page.route(
      ({ pathname }) => pathname === "/sagas",
      async (route) => {
        const isStream = route.request().headers()["accept"] === "text/event-stream";
        if (!isStream || isCut) return await route.continue();
        isCut = true;
        await route.fulfill({ contentType: "text/event-stream", body: "event: reset\ndata: {}\n\n" });
      },
    );
    await page.goto(`${stack.consoleUrl}/sagas`);
    const show = page.getByRole("button", { name: "Changes may have been missed: show" });
    await show.click();
    await show.waitFor({ state: "hidden" });
    await page.getByText("50 shown").waitFor();
    await close();
  });

  it("counts the sagas of each view: exactly where they are open, and up to a page where a search finds them", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas?status=cancelled`);
    const views = page.getByRole("navigation", { name: "Views" });
    await views.getByRole("link", { name: /^Needs a human 1$/ }).waitFor();
    await views.getByRole("link", { name: /^Waiting 0$/ }).waitFor();
    const keep = async (name: string) => {
      await page.getByLabel("Name of the view").fill(name);
      await page.getByRole("button", { name: "Save this view" }).click();
    };
    await keep("Mine undone");
    await views.getByRole("link", { name: /^Mine undone 1$/ }).waitFor();
    await page.goto(`${stack.consoleUrl}/sagas?definition=order`);
    await keep("All orders");
    await views.getByRole("link", { name: /^All orders 50\+$/ }).waitFor();
    await close();
  });

  it("says how it is searched where a search finds nothing, and only then", async () => {
    const { page, close } = await openPage(browser, { locale: "fr" });
    await page.goto(`${stack.consoleUrl}/sagas?text=user+3`);
    await page.getByText(/La recherche trouve un texte ou un nombre entier/).waitFor();
    expect(await page.getByLabel("Définition").locator("option").first().textContent()).toBe("toutes");
    await page.goto(`${stack.consoleUrl}/sagas?definition=nope`);
    await page.getByText("Aucune saga ne correspond à ces filtres.").waitFor();
    expect(await page.getByText(/La recherche trouve/).count()).toBe(0);
    await close();
  });

  it("is moved through, marked, searched and opened with keys, which can be switched off", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas`);
    await page.getByText("50 shown").waitFor();
    const focused = () => page.evaluate("document.activeElement.closest('tr')?.rowIndex ?? document.activeElement.id");
    for (const key of ["j", "j", "j", "k"]) await page.keyboard.press(key);
    expect(await focused()).toBe(2);
    await page.keyboard.press("x");
    await page.getByText("50 shown, 1 marked").waitFor();
    await page.keyboard.press("/");
    expect(await focused()).toBe("text");
    await page.keyboard.type("jk");
    expect(await page.getByLabel("Search").inputValue()).toBe("jk");
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Single keys").uncheck();
    await page.getByRole("heading", { name: "Sagas" }).focus();
    await page.keyboard.press("/");
    expect(await focused()).not.toBe("text");
    await page.getByLabel("Single keys").check();
    await page.getByRole("heading", { name: "Sagas" }).focus();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sagas\/[\w-]{36}$/);
    await page.getByRole("heading", { name: "Why is it here?" }).waitFor();
    await close();
  });

  it("keeps a view under a name in this browser, and forgets it", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas?status=completed&definition=order`);
    await page.getByLabel("Name of the view").fill("Done orders");
    await page.getByRole("button", { name: "Save this view" }).click();
    await page.goto(`${stack.consoleUrl}/sagas`);
    await page.getByRole("link", { name: "Done orders" }).click();
    await page.waitForURL(/definition=order/);
    expect(await page.getByLabel("Status").inputValue()).toBe("completed");
    await page.getByRole("button", { name: "Forget the view Done orders" }).click();
    expect(await page.getByRole("link", { name: "Done orders" }).count()).toBe(0);
    await close();
  });

  it("copies what it asked as a command for a shell, which gets the same answer", async () => {
    const { page, close } = await openPage(browser, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`${stack.consoleUrl}/sagas?status=cancelled`);
    await page.getByRole("button", { name: "Copy as curl" }).click();
    await page.getByText("Copied").waitFor();
    const command = String(await page.evaluate("navigator.clipboard.readText()"));
    expect(command).toBe(`curl -s '${stack.url}/sagas?status=cancelled&limit=50'`);
    await close();
  });
});
