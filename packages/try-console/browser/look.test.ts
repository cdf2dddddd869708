import { mkdir } from "node:fs/promises";
import process from "node:process";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOf } from "../src/accessibility.ts";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";

const FIRST_LOAD_KIB_MAX = 100;

/** Where pictures of each view go; unset: nowhere. */
const pictures = process.env["CONSOLE_PICTURES"];

const looks = [
  { locale: "en", colorScheme: "light", width: 1440 },
  { locale: "en", colorScheme: "dark", width: 768 },
  { locale: "en", colorScheme: "dark", width: 1440 },
  { locale: "fr", colorScheme: "light", width: 360 },
  { locale: "fr", colorScheme: "dark", width: 360 },
  { locale: "fr", colorScheme: "light", width: 1440 },
] as const;

describe.skipIf(noBrowser !== undefined)("the look of the console", () => {
  let browser: Browser;
  let stack: ConsoleStack;
  let views: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
    const [completed, undone, inDoubt, retrying] = [
      await stack.completed(),
      await stack.undone(),
      await stack.inDoubt(),
      await stack.retrying(),
    ];
    views = {
      overview: "",
      sagas: "/sagas",
      completed: `/sagas/${completed}`,
      undone: `/sagas/${undone}`,
      "in-doubt": `/sagas/${inDoubt}`,
      retrying: `/sagas/${retrying}`,
      repair: "/repair",
      definitions: "/definitions",
      "what-if": "/definitions/order?step=decrease-stock&if=refused",
    };
    if (pictures !== undefined) await mkdir(pictures, { recursive: true });
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it.each(looks)(
    "is found without fault by axe, and fits its width, in each view: $locale, $colorScheme, $width px",
    async ({ locale, colorScheme, width }) => {
      const { page, faults, close } = await openPage(browser, {
        locale,
        colorScheme,
        viewport: { width, height: 900 },
        reducedMotion: "reduce",
      });
      const found: string[] = [];
      for (const [name, path] of Object.entries(views)) {
        await page.goto(`${stack.consoleUrl}${path}`);
        await page.locator("main .card, main .rows").first().waitFor();
        await page.locator(".live-live, .live-ended, main:not(:has(.live))").first().waitFor();
        if (path.includes("-")) await page.locator(".choice, .card-desk, #desk + .quiet").first().waitFor();
        if (pictures !== undefined)
          await page.screenshot({ path: `${pictures}/${name}-${locale}-${colorScheme}-${width}.png`, fullPage: true });
        found.push(...(await violationsOf(page)).map((violation) => `${name}: ${violation}`));
        const overflow = Number(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"));
        if (overflow > 0) found.push(`${name}: ${overflow} px too wide`);
      }
      expect(found).toEqual([]);
      expect(faults()).toEqual([]);
      await close();
    },
  );

  it("is found without fault by axe in a dialog, in forced colours and with a refused note", async () => {
    const { page, close } = await openPage(browser, { forcedColors: "active" });
    await page.goto(`${stack.consoleUrl}${views["in-doubt"]}`);
    await page.getByRole("radio", { name: /It was applied/ }).check();
    await page.getByRole("button", { name: "It was applied: COMPLETED…" }).click();
    await page.getByText("Write what you saw").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel("What did you see?").fill("seen");
    await page.getByRole("button", { name: "It was applied: COMPLETED…" }).click();
    await page.getByRole("dialog").waitFor();
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/dialog-forced.png` });
    expect(await violationsOf(page)).toEqual([]);
    await close();
  });

  it("is chosen by a person, and stays chosen", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(stack.consoleUrl);
    await page.getByRole("button", { name: "FR", exact: true }).click();
    await page.getByRole("heading", { name: /saga demande un humain/ }).waitFor();
    await page.getByRole("button", { name: "Sombre" }).click();
    await page.reload();
    await page.getByRole("heading", { name: /saga demande un humain/ }).waitFor();
    expect(
      await page.evaluate("[document.documentElement.lang, getComputedStyle(document.documentElement).colorScheme].join(' ')"),
    ).toBe("fr dark");
    await close();
  });

  it("asks no other host for anything, and its first load is small", async () => {
    const { page, close } = await openPage(browser);
    const hosts = new Set<string>();
    const files: Promise<Buffer>[] = [];
    page.on("response", (response) => {
      hosts.add(new URL(response.url()).origin);
      const type = response.headers()["content-type"] ?? "";
      if (/html|javascript|css|svg/.test(type)) files.push(response.body());
    });
    await page.goto(stack.consoleUrl);
    await page.getByRole("heading", { name: "In trouble, by age" }).waitFor();
    const sizes = (await Promise.all(files)).map((bytes) => gzipSync(bytes).byteLength);
    expect([...hosts]).toEqual([stack.url]);
    expect(sizes.length).toBeGreaterThanOrEqual(3);
    expect(sizes.reduce((sum, size) => sum + size, 0) / 1_024).toBeLessThan(FIRST_LOAD_KIB_MAX);
    await close();
  });
});
