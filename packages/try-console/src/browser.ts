import { existsSync } from "node:fs";
import process from "node:process";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const path = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Why there is no browser to test in; undefined: there is one. */
export const noBrowser: string | undefined = existsSync(path)
  ? undefined
  : `no browser at ${path}: install Debian's chromium, or set CHROMIUM_PATH`;

if (noBrowser !== undefined) {
  // A skip in CI would be a test that nobody runs.
  if (process.env["CI"] !== undefined) throw new Error(`The console is not tested: ${noBrowser}.`);
  process.stdout.write(`The console is not tested in a browser: ${noBrowser}.\n`);
}

const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** A browser that reaches nothing but what a page asks for. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: path, args: ["--headless", "--no-sandbox", "--disable-gpu", ...quiet] });
}

/** A page, and what went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, failed requests, and replies that are no success; what a test expects is taken off by its pattern. */
  readonly faults: (...expected: readonly RegExp[]) => readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a page in a context of its own: with its own cookies and its own storage. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    locale: "en",
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", ({ message }) => faults.push(`script: ${message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // A stream, or a read, of a view that was left.
    if (why !== "net::ERR_ABORTED") faults.push(`request: ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`reply: ${response.status()} ${new URL(response.url()).pathname}`);
  });
  return {
    page,
    faults: (...expected) => faults.filter((fault) => !expected.some((pattern) => pattern.test(fault))),
    close: async () => {
      // A request that a test answers itself must not be cut by the end of the page.
      await page.unrouteAll({ behavior: "wait" });
      await context.close();
    },
  };
}
