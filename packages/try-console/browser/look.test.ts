import { gzipSync } from "node:zlib";
import type { Browser, Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOf } from "../src/accessibility.ts";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";
import { faultsOfLook, languages, takePicture } from "../src/look.ts";

const FIRST_LOAD_KIB_MAX = 100;

/** Each view, and the sagas and people that make it differ. */
const views: Readonly<Record<string, (stack: LookedAt) => Promise<string>>> = {
  overview: async () => "",
  sagas: async () => "/sagas",
  "no-sagas": async () => "/sagas?status=completed&q=nothing-has-this",
  completed: async ({ stack }) => sagaPath(await stack.completed()),
  undone: async ({ stack }) => sagaPath(await stack.undone()),
  "in-doubt": async ({ inDoubt }) => sagaPath(inDoubt),
  retrying: async ({ stack }) => sagaPath(await stack.retrying()),
  missing: async () => sagaPath("00000000-0000-7000-8000-000000000000"),
  repair: async () => "/repair",
  definitions: async () => "/definitions",
  "what-if": async () => "/definitions/order",
};

interface LookedAt {
  readonly stack: ConsoleStack;
  readonly inDoubt: string;
}

function sagaPath(id: string): string {
  return `/sagas/${id}`;
}

describe.skipIf(noBrowser !== undefined)("the look of the console", () => {
  let browser: Browser;
  let stack: ConsoleStack;
  let inDoubt = "";

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start()]);
    inDoubt = await stack.inDoubt();
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it.each(Object.keys(views).flatMap((view) => languages.map((locale) => [view, locale] as const)))(
    "is found without fault by axe, and fits its width, in both themes and three widths: %s, %s",
    async (view, locale) => {
      const path = (await views[view]?.({ stack, inDoubt })) ?? "";
      const { page, faults, close } = await openPage(browser, { locale, reducedMotion: "reduce" });
      await page.goto(`${stack.consoleUrl}${path}`);
      await page.locator("main .card, main .rows, main .quiet, main h1").first().waitFor();
      await page.locator(".live-live, .live-ended, .live-polling, .live-missing, main:not(:has(.live))").first().waitFor();
      if (path.includes("-"))
        await page.locator(".choice, .card-desk, #desk + .quiet, main:not(:has(.ladder))").first().waitFor();
      expect(await faultsOfLook(page, `${view}-${locale}`)).toEqual([]);
      expect(faults(/404/)).toEqual([]);
      await stack.clearFaults();
      await close();
    },
  );

  it("is found without fault by axe in a dialog, in forced colours and with a refused note", async () => {
    const { page, close } = await openPage(browser, { forcedColors: "active" });
    await page.goto(`${stack.consoleUrl}${sagaPath(inDoubt)}`);
    await page.getByRole("radio", { name: /It was applied/ }).check();
    await page.getByRole("button", { name: "It was applied: COMPLETED…" }).click();
    await page.getByText("Write what you saw").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel("What did you see?").fill("seen");
    await page.getByLabel("payment_id").fill("1");
    await page.getByRole("button", { name: "It was applied: COMPLETED…" }).click();
    await page.getByRole("dialog").waitFor();
    await takePicture(page, "dialog-forced");
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
    const note = (response: Response) => {
      hosts.add(new URL(response.url()).origin);
      const type = response.headers()["content-type"] ?? "";
      if (/html|javascript|css|svg/.test(type)) files.push(response.body());
    };
    page.on("response", note);
    await page.goto(stack.consoleUrl);
    await page.getByRole("heading", { name: "Open sagas, the worst first" }).waitFor();
    // What comes later is no part of the first load, and may be cut by the end of the page.
    page.off("response", note);
    const sizes = (await Promise.all(files)).map((bytes) => gzipSync(bytes).byteLength);
    expect([...hosts]).toEqual([stack.url]);
    expect(sizes.length).toBeGreaterThanOrEqual(3);
    expect(sizes.reduce((sum, size) => sum + size, 0) / 1_024).toBeLessThan(FIRST_LOAD_KIB_MAX);
    await close();
  });
});
