import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOf } from "../src/accessibility.ts";
import { noBrowser, openPage, startBrowser } from "../src/browser.ts";
import { ConsoleStack } from "../src/console-stack.ts";
import { faultsOfLook, languages } from "../src/look.ts";

const tokens = {
  ada: "token-of-ada-who-operates",
  bob: "token-of-bob-who-reads",
  shop: "token-of-the-shop",
  eve: "token-of-eve-who-operates",
} as const;
const roles = { ada: "operate,start", bob: "read", shop: "start", eve: "operate" } as const;

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function enter(page: Page, token: string): Promise<void> {
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
}

describe.skipIf(noBrowser !== undefined)("a person with a token", () => {
  let browser: Browser;
  let stack: ConsoleStack;
  let directory = "";
  let id = "";

  const writeTokens = async (names: readonly (keyof typeof tokens)[]) => {
    const lines = names.map((name) => `sha256:${hashOf(tokens[name])} ${name} ${roles[name]}\n`);
    await writeFile(join(directory, "tokens"), lines.join(""));
  };

  beforeAll(async () => {
    // The orchestrator may read the repository, and no other folder of the machine.
    directory = await mkdtemp(fileURLToPath(new URL("../node_modules/tokens-", import.meta.url)));
    await writeTokens(["ada", "bob", "shop"]);
    const variables = { AUTH_TOKENS_FILE: join(directory, "tokens") };
    [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start({ variables })]);
    await stack.fault("payments", { route: "POST /payments", fault: "drop_after", times: 1 });
    id = await stack.order(bearer(tokens.ada));
    await stack.reach(id, "needs_intervention", bearer(tokens.ada));
  });

  afterAll(async () => {
    await browser.close();
    await stack.stop();
    await rm(directory, { recursive: true });
  });

  it.each(languages)("is asked for it on a page that axe finds no fault in, and that fits its width: %s", async (locale) => {
    const { page, close } = await openPage(browser, { locale });
    await page.goto(stack.consoleUrl);
    await page.locator("main input").waitFor();
    expect(await faultsOfLook(page, `sign-in-${locale}`)).toEqual([]);
    await close();
  });

  it("is refused with a wrong one, signs in with a right one, and repairs under his name", async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByLabel("Token").waitFor();
    expect(await page.getByText("may look").count()).toBe(0);
    await enter(page, "forged");
    await page.getByText("This token does not count here.").waitFor();
    await enter(page, tokens.ada);
    await page.getByText("Whether create-payment took effect at payments is not known.").waitFor();
    await page.getByText("may repair").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: "saga_console", httpOnly: true, sameSite: "Strict" });
    expect(JSON.stringify(await page.context().storageState())).not.toContain(tokens.ada);
    await page.getByRole("radio", { name: /It was applied/ }).check();
    await page.getByLabel("What did you see?").fill("Payments shows it");
    expect(await page.getByLabel("Your name").count()).toBe(0);
    await page.getByLabel("payment_id").fill("1");
    await page.getByRole("button", { name: "It was applied: COMPLETED…" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("It is recorded as event 7.").waitFor();
    expect(await page.locator("#event-7").textContent()).toContain("ada: Payments shows it");
    expect(faults(/(reply:|status of) 401/)).toEqual([]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Token").waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await close();
  });

  it("who may only read sees why he has no button, and the API refuses him too", async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await enter(page, tokens.bob);
    await page.getByText("may look").waitFor();
    const retrying = await stack.order(bearer(tokens.shop));
    await stack.reach(retrying, "completed", bearer(tokens.bob));
    await stack.holdStocks();
    const open = await stack.order(bearer(tokens.shop));
    await page.goto(`${stack.consoleUrl}/sagas/${open}`);
    await page.getByText("Your token may look and not repair. It needs the role operate.").waitFor();
    expect(await page.getByLabel("What did you see?").count()).toBe(0);
    expect(faults()).toEqual([]);
    const refused = await page.evaluate(
      `fetch("/sagas/${open}/cancel", { method: "POST", headers: { "x-saga-console": "1" } }).then(({ status }) => status)`,
    );
    expect(refused).toBe(403);
    await stack.clearFaults();
    await close();
  });

  it("who may read nothing is told so", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(stack.consoleUrl);
    await enter(page, tokens.shop);
    await page.getByText("This token may not read sagas.").waitFor();
    await close();
  });

  it("has no session with a request that is not the console's, although the browser sends the cookie", async () => {
    const { page, close } = await openPage(browser);
    await page.goto(stack.consoleUrl);
    await enter(page, tokens.ada);
    await page.getByText("may repair").waitFor();
    const status = (headers: string) => page.evaluate(`fetch("/sagas", { headers: ${headers} }).then(({ status }) => status)`);
    expect([await status("{}"), await status('{ "x-saga-console": "1" }')]).toEqual([401, 200]);
    await close();
  });

  /** Ada has written why an order should be cancelled, and has not sent it. */
  async function writeForCancel(note: string) {
    await stack.holdStocks();
    const open = await stack.order(bearer(tokens.ada));
    const { page, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${open}`);
    await enter(page, tokens.ada);
    await page.getByRole("radio", { name: /^Cancel/ }).check();
    await page.getByLabel("What did you see?").fill(note);
    return { open, page, close };
  }

  it("keeps what he wrote when his role was taken away meanwhile, and when his session ends, and goes on with it", async () => {
    const { open, page, close } = await writeForCancel("The shop agreed");
    await writeFile(join(directory, "tokens"), `sha256:${hashOf(tokens.ada)} ada read\n`);
    await expect
      .poll(
        async () =>
          (await fetch(`${stack.url}/sagas/${open}/cancel`, { method: "POST", headers: bearer(tokens.ada), body: "{" })).status,
      )
      .toBe(403);
    await page.getByRole("button", { name: "Cancel: CANCELLED…" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("You may not do this, and nothing was changed. What you wrote is kept here.").waitFor();
    expect(await page.getByLabel("What did you see?").inputValue()).toBe("The shop agreed");
    await writeTokens(["bob"]);
    await expect.poll(async () => (await fetch(`${stack.url}/sagas`, { headers: bearer(tokens.ada) })).status).toBe(401);
    await page.getByRole("button", { name: "Cancel: CANCELLED…" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Your session is over. What you wrote is kept: sign in again, and go on.").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    // Nothing of the saga is shown without a session, whatever a person closes.
    await page.keyboard.press("Escape");
    await page.getByLabel("Token").waitFor();
    expect(await page.getByRole("heading", { level: 1, includeHidden: true }).isVisible()).toBe(false);
    await writeTokens(["ada", "bob", "shop"]);
    // The file is read again within a second.
    await expect.poll(async () => (await fetch(`${stack.url}/sagas`, { headers: bearer(tokens.ada) })).status).toBe(200);
    await enter(page, tokens.ada);
    await page.getByText("may repair").waitFor();
    await page.getByLabel("Token").waitFor({ state: "hidden" });
    expect(await page.getByLabel("What did you see?").inputValue()).toBe("The shop agreed");
    await page.getByRole("button", { name: "Cancel: CANCELLED…" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText(/It is recorded as event/).waitFor();
    await stack.clearFaults();
    await close();
  });

  it("leaves nothing of what he wrote to another person who signs in after him", async () => {
    const { page, close } = await writeForCancel("For nobody else");
    await writeTokens(["eve"]);
    await expect.poll(async () => (await fetch(`${stack.url}/sagas`, { headers: bearer(tokens.ada) })).status).toBe(401);
    await page.getByRole("button", { name: "Cancel: CANCELLED…" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByLabel("Token").waitFor();
    await enter(page, tokens.eve);
    await page.getByText("eve", { exact: true }).waitFor();
    await page.getByLabel("What did you see?").waitFor();
    expect(await page.getByLabel("What did you see?").inputValue()).toBe("");
    await writeTokens(["ada", "bob", "shop"]);
    await stack.clearFaults();
    await close();
  });
});

describe.skipIf(noBrowser !== undefined)("a console that only shows", () => {
  it("offers nothing that changes a saga, and names the variable", async () => {
    const [browser, stack] = await Promise.all([startBrowser(), ConsoleStack.start({ variables: { CONSOLE_WRITES: "false" } })]);
    const id = await stack.inDoubt();
    const { page, faults, close } = await openPage(browser);
    await page.goto(`${stack.consoleUrl}/sagas/${id}`);
    await page.getByText("This console only shows: CONSOLE_WRITES is false.").waitFor();
    expect(await page.getByLabel("What did you see?").count()).toBe(0);
    await page.goto(`${stack.consoleUrl}/definitions`);
    await page.getByText("create-payment").first().waitFor();
    expect(await page.getByRole("button", { name: /Pause/ }).count()).toBe(0);
    expect(faults()).toEqual([]);
    await close();
    await browser.close();
    await stack.stop();
  });
});
