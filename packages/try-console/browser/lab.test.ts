import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOf } from "../src/accessibility.ts";
import { noBrowser, openPage, startBrowser, type WatchedPage } from "../src/browser.ts";
import { LabStack } from "../src/lab-stack.ts";

const BOOKS_MS = 60_000;
/** Eight processes start for it. */
const START_MS = 180_000;
const ORDERS = 100;
const SHARE = 30;
/** A lost stream, and replies while a process is down, are what a kill looks like. */
const killed = [/^reply: 502 /, /status of 502/, /ERR_INCOMPLETE_CHUNKED_ENCODING/];

/** Where each call that is hit takes all of its deadline. A hundred would wait for each other by hand, and show no more. */
const SLOW = 10;

interface Trouble {
  readonly name: string;
  readonly byHand: "adds-up" | "differs";
  readonly completed: number;
  /** Default: a hundred. */
  readonly orders?: number;
}

/** Each trouble, and whether the one by hand can end each order right under it; then, how many it completes, of a hundred or of the slow ones. */
const troubles: readonly Trouble[] = [
  { name: "All well", byHand: "adds-up", completed: 100 },
  { name: "Payments down", byHand: "adds-up", completed: 70 },
  { name: "Charged, answer lost", byHand: "differs", completed: 70 },
  { name: "Slow payment, 6 s", byHand: "differs", completed: 7, orders: SLOW },
  { name: "Slow stock, 6 s", byHand: "differs", completed: 7, orders: SLOW },
  { name: "Half replies", byHand: "differs", completed: 70 },
  { name: "No stock", byHand: "adds-up", completed: 70 },
  { name: "Row lock", byHand: "adds-up", completed: 70 },
  { name: "One customer limited", byHand: "adds-up", completed: 94 },
];

/** The reply to `GET /definitions`. */
interface Definitions {
  readonly items: readonly {
    readonly definition: string;
    readonly version: number;
    readonly steps: readonly object[];
  }[];
}

/** The same once the order has another version, with one more step. */
function withOneStepMore({ items, ...rest }: Definitions): Definitions {
  const changed = items.map((item) => {
    if (item.definition !== "order" || item.version !== 2) return item;
    return { ...item, version: 3, steps: [...item.steps, { ...item.steps.at(-1), step: "send-thanks" }] };
  });
  return { ...rest, items: changed };
}

const processes = ["Orchestrator", "Store Manager", "Payments"] as const;

describe.skipIf(noBrowser !== undefined)("the lab", () => {
  let browser: Browser;
  let stack: LabStack;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([startBrowser(), LabStack.start()]);
    watched = await openPage(browser);
    page = watched.page;
    await page.goto(stack.url);
    await page.getByRole("heading", { name: "This orchestrator" }).waitFor({ timeout: BOOKS_MS });
  }, START_MS);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  const ledger = (name: string) => page.locator("section.ledger").filter({ has: page.getByRole("heading", { name }) });
  const ours = () => ledger("This orchestrator");
  const byHand = () => ledger("By hand, one try, nothing kept");
  const amounts = async (name: string) =>
    (await ledger(name).locator(".amount").allTextContents()).map((text) => Number.parseInt(text, 10));
  const verdict = (name: string) => ledger(name).getAttribute("data-verdict");

  async function clear(): Promise<void> {
    await page.goto(`${stack.origin}/lab`);
    await page.getByRole("button", { name: "Clear the ledgers" }).click();
    await expect.poll(() => verdict("This orchestrator"), { timeout: BOOKS_MS }).toBe("nothing");
  }

  async function send(): Promise<void> {
    await page.getByRole("button", { name: `Send ${ORDERS} to both` }).click();
    await ours().getByText(`${ORDERS} sent:`).waitFor();
  }

  async function sendOneByOne(count: number): Promise<void> {
    for (let sent = 1; sent <= count; sent += 1) {
      await page.getByRole("button", { name: "Send one order to both" }).click();
      await ours().getByText(`${sent} sent:`).waitFor();
    }
  }

  async function choose(trouble: string): Promise<void> {
    await page.getByRole("slider").fill(String(SHARE));
    await page.getByRole("button", { name: trouble, exact: true }).click();
    await page.getByRole("button", { name: trouble, exact: true, pressed: true }).waitFor();
  }

  /** Each part once for each order that is completed, and some are: nothing done adds up too. */
  async function expectOursAddsUp(): Promise<void> {
    await expect.poll(() => verdict("This orchestrator"), { timeout: BOOKS_MS }).toBe("adds-up");
    const [orders, stock, payments] = await amounts("This orchestrator");
    const completed = Number(/sent: (\d+) completed/.exec((await ours().textContent()) ?? "")?.[1]);
    expect([orders, stock, payments]).toEqual([completed, completed, completed]);
    expect(completed).toBeGreaterThan(0);
  }

  it.for(troubles)(
    "adds up here after every fault, and by hand wherever it can: $name",
    { timeout: 120_000 },
    async ({ name, byHand: wanted, completed, orders }) => {
      await clear();
      await choose(name);
      await (orders === undefined ? send() : sendOneByOne(orders));
      await expectOursAddsUp();
      // It adds up as long as nothing is answered: first all must be.
      await expect.poll(() => byHand().textContent(), { timeout: BOOKS_MS }).toContain(`${completed} answered “done”`);
      await expect.poll(() => verdict("By hand, one try, nothing kept"), { timeout: BOOKS_MS }).toBe(wanted);
      const parts = await amounts("By hand, one try, nothing kept");
      expect(new Set(parts).size === 1).toBe(wanted === "adds-up");
      expect(watched.faults()).toEqual([]);
    },
  );

  it("leads from a difference to the saga that carried the same order here", async () => {
    await clear();
    await choose("Charged, answer lost");
    await send();
    await expectOursAddsUp();
    await expect.poll(() => verdict("By hand, one try, nothing kept"), { timeout: BOOKS_MS }).toBe("differs");
    await byHand().getByText("Order ").first().waitFor();
    expect(await byHand().locator(".differences li").first().textContent()).toMatch(
      /^Order \d+: no order, nothing taken from stock, 1 payment\./,
    );
    const opened = page.waitForEvent("popup");
    await byHand().getByRole("link", { name: "The same order here" }).first().click();
    const console = await opened;
    await console.locator("h1 + .badge").getByText("completed").waitFor();
    expect(new URL(console.url()).origin).toBe(stack.origin);
    await console.locator('[data-step="create-payment"]', { hasText: "done" }).waitFor();
    await console.close();
  });

  it.for(processes)("adds up here after %s was killed under load, and started again", { timeout: 120_000 }, async (name) => {
    await clear();
    const row = page.locator(".processes li").filter({ hasText: name });
    const before = await row.locator(".mono").textContent();
    await page.getByRole("button", { name: `Send ${ORDERS} to both` }).click();
    await page.getByRole("button", { name: `Kill ${name}` }).click();
    if (name !== "Orchestrator") {
      await row.getByText("does not run").waitFor();
      await page.getByRole("button", { name: `Start ${name}` }).click();
    }
    const isNew = async () => {
      const now = await row.locator(".mono").textContent();
      return now !== before && /^pid \d+, by hand \d+$/.test(now ?? "");
    };
    await expect.poll(isNew, { timeout: BOOKS_MS }).toBe(true);
    await ours().getByText(`${ORDERS} sent:`).waitFor();
    await expectOursAddsUp();
    expect(watched.faults(...killed)).toEqual([]);
  });

  it("loads the definitions again on a button, shows what changed, and says how often the orchestrator was started", async () => {
    await page.goto(`${stack.origin}/lab`);
    const count = page.getByText(/Started again so far: \d+\./);
    const before = await count.textContent();
    await page.getByRole("heading", { name: "The steps of an order, version 2" }).waitFor();
    const steps = page.locator(".step-names li strong");
    const stepsBefore = await steps.allTextContents();
    expect(stepsBefore).toContain("create-payment");
    // Stands for somebody who adds a step to the code meanwhile.
    await page.route("**/definitions", async (route) => {
      const reply = await route.fetch();
      await route.fulfill({ response: reply, json: withOneStepMore(await reply.json()) });
    });
    await page.getByRole("button", { name: "Reload the definitions" }).click();
    await expect.poll(() => count.textContent(), { timeout: BOOKS_MS }).not.toBe(before);
    await page.getByRole("heading", { name: "The steps of an order, version 3" }).waitFor();
    expect(await steps.allTextContents()).toEqual([...stepsBefore, "send-thanks"]);
    await page.unroute("**/definitions");
    expect(watched.faults(...killed)).toEqual([]);
  });

  it.for([
    {
      lesson: "All goes well",
      title: "All goes well",
      end: "completed",
      step: "create-payment",
      seen: "done",
      byHand: "adds-up",
    },
    {
      lesson: "Compensation",
      title: "Payments is down, and the order is undone",
      end: "undone",
      step: "create-payment",
      seen: "unreachable",
      byHand: "adds-up",
    },
    {
      lesson: "The unknown outcome",
      title: "An answer is lost",
      end: "completed",
      step: "create-payment",
      seen: "in doubt",
      byHand: "differs",
    },
    {
      lesson: "Crash and recovery",
      title: "The orchestrator is killed",
      end: "completed",
      step: "decrease-stock",
      seen: "in doubt",
      byHand: "differs",
    },
    {
      lesson: "One sick customer",
      title: "One customer who is always refused",
      end: "undone",
      step: "create-payment",
      seen: "unreachable",
      byHand: "adds-up",
    },
  ])(
    "teaches what its lesson says: $lesson",
    { timeout: 120_000 },
    async ({ lesson, title, end, step, seen, byHand: wanted }) => {
      await page.goto(`${stack.origin}/lab`);
      await page.getByRole("link", { name: lesson }).click();
      await page.getByRole("heading", { name: title }).waitFor();
      await page.locator(".lesson button.primary").click();
      await page.locator(`[data-step="${step}"]`, { hasText: seen }).waitFor({ timeout: BOOKS_MS });
      await page.locator(".lesson .badge").getByText(end, { exact: true }).waitFor({ timeout: BOOKS_MS });
      await expect.poll(() => verdict("By hand, one try, nothing kept"), { timeout: BOOKS_MS }).toBe(wanted);
      await page.getByText("One answer").click();
      await page.getByRole("link", { name: `${lesson} (done)` }).waitFor();
      expect(watched.faults(...killed)).toEqual([]);
    },
  );

  it("remembers which lessons were done after a reload", async () => {
    await page.reload();
    expect(await page.getByRole("link", { name: /\(done\)$/ }).count()).toBe(5);
  });

  it("has the ladder right below its button on a phone, where what to notice would hide it", async () => {
    const phone = await openPage(browser, { viewport: { width: 390, height: 844 } });
    await phone.page.goto(stack.url);
    await phone.page.goto(`${stack.origin}/lab/lessons/crash`);
    const topOf = async (part: string) => (await phone.page.locator(part).boundingBox())?.y ?? -1;
    const tops = [await topOf(".lesson-do"), await topOf(".lesson-live"), await topOf(".notices")];
    expect(tops.toSorted((one, other) => one - other)).toEqual(tops);
    await phone.close();
  });

  it.for([
    { locale: "en", width: 1440, colorScheme: "light" },
    { locale: "fr", width: 360, colorScheme: "dark" },
  ] as const)("is found without fault by axe and is not too wide: $locale, $width px", async ({ locale, width, colorScheme }) => {
    const other = await openPage(browser, { locale, colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" });
    await other.page.goto(stack.url);
    const found: string[] = [];
    for (const path of ["/lab", "/lab/lessons/unknown-outcome"]) {
      await other.page.goto(`${stack.origin}${path}`);
      await other.page.locator("main .card").first().waitFor();
      found.push(...(await violationsOf(other.page)).map((violation) => `${path}: ${violation}`));
      const overflow = Number(await other.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"));
      if (overflow > 0) found.push(`${path}: ${overflow} px too wide`);
    }
    if (locale === "fr") await other.page.getByRole("heading", { name: "Une réponse se perd" }).waitFor();
    expect(found).toEqual([]);
    expect(other.faults()).toEqual([]);
    await other.close();
  });

  it("lets nobody in without the address that was printed", async () => {
    const other = await openPage(browser);
    const reply = await other.page.goto(`${stack.origin}/lab`);
    expect(reply?.status()).toBe(401);
    await other.close();
  });
});
