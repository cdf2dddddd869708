import { mkdir } from "node:fs/promises";
import process from "node:process";
import type { Page } from "playwright-core";
import { violationsOf } from "./accessibility.ts";

export const languages = ["en", "fr"] as const;
const themes = ["light", "dark"] as const;
/** A phone, a tablet and a screen. */
const widths = [360, 768, 1440] as const;

/** Where pictures of each view go; unset: nowhere. */
const pictures = process.env["CONSOLE_PICTURES"];

/** Takes a picture of a page, where pictures are asked for. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

/** What axe finds, and what is too wide, in each theme and at each width; a picture of each, where they are asked for. */
export async function faultsOfLook(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const look = `${name}-${colorScheme}-${width}`;
      await takePicture(page, look);
      found.push(...(await violationsOf(page)).map((violation) => `${look}: ${violation}`));
      const overflow = Number(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"));
      if (overflow > 0) found.push(`${look}: ${overflow} px too wide`);
    }
  }
  return found;
}
