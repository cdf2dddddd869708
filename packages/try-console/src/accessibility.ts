import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds in a page as it is: each rule that is broken, and where. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  // By the protocol of the browser: the page's policy forbids scripts that are put into it.
  await page.evaluate(source);
  const found: unknown = await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))",
  );
  return Array.isArray(found) ? found.map(String) : [`axe answered ${String(found)}`];
}
