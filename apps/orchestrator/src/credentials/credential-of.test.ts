import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configure, reset } from "@logtape/logtape";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../config.ts";
import { OrderStack } from "../testing/stack/order-stack.ts";
import { credentialOf } from "./credential-of.ts";

let directory: string;
let path: string;
let now: number;
const lines: string[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "credential-"));
  path = join(directory, "token");
  now = Date.parse("2026-11-30T12:00:00Z");
  lines.length = 0;
  await configure({
    sinks: { memory: ({ message, properties }) => lines.push(`${message.map(String).join("")} ${JSON.stringify(properties)}`) },
    loggers: [
      { category: ["orchestrator"], lowestLevel: "debug", sinks: ["memory"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
});
afterEach(async () => {
  await reset();
  rmSync(directory, { recursive: true });
});

/** A file system may keep times no finer than a second. */
function write(text: string): void {
  writeFileSync(path, text);
  utimesSync(path, now / 1_000, now / 1_000);
}

function headersOf(credential: ReturnType<typeof credentialOf>): unknown {
  return typeof credential === "function" ? credential() : credential;
}

const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };

describe("the credential of a participant", () => {
  it("is its token, from its own variable or file; without them there is none", () => {
    write("from-a-file\n");
    const config = readConfig({ STORE_MANAGER_TOKEN_FILE: path, PAYMENTS_TOKEN: "from-a-variable" });
    expect(headersOf(credentialOf(config, "STORE_MANAGER"))).toEqual({ authorization: "Bearer from-a-file" });
    expect(headersOf(credentialOf(config, "PAYMENTS"))).toEqual({ authorization: "Bearer from-a-variable" });
    expect(credentialOf(readConfig({}), "PAYMENTS")).toBeUndefined();
  });

  it("is read again when its file changes, and stays while the file cannot be used, which the log says without the token", () => {
    write("first");
    const credential = credentialOf(readConfig({ PAYMENTS_TOKEN_FILE: path }), "PAYMENTS", () => now);
    expect(headersOf(credential)).toEqual({ authorization: "Bearer first" });
    now += 1_000;
    write("second");
    expect(headersOf(credential)).toEqual({ authorization: "Bearer second" });
    now += 1_000;
    write("Bearer third");
    expect(headersOf(credential)).toEqual({ authorization: "Bearer second" });
    expect(lines).toEqual([expect.stringMatching(/PAYMENTS_TOKEN_FILE is .*, which cannot be used, so the token that it had/)]);
    expect(lines.join()).not.toMatch(/second|third/);
  });

  it.for([undefined, "", "two words", "Bearer canary", "canary\ncanary"])(
    "ends the start where its file has %j: the variable and the file are named, and no token is shown",
    (text) => {
      if (text !== undefined) write(text);
      const open = () => credentialOf(readConfig({ STORE_MANAGER_TOKEN_FILE: path }), "STORE_MANAGER");
      expect(open).toThrow(`STORE_MANAGER_TOKEN_FILE is ${path}, which cannot be used: `);
      expect(open).not.toThrow("canary");
    },
  );

  it("is refused in a URL, and where two variables have one", () => {
    expect(() => readConfig({ PAYMENTS_URL: "http://ada:canary@payments" })).toThrow(
      'PAYMENTS_URL="http://***@payments": must have no query, fragment or credentials: a credential belongs in PAYMENTS_TOKEN_FILE',
    );
    const both = () => readConfig({ PAYMENTS_TOKEN: "canary", PAYMENTS_TOKEN_FILE: "/run/token" });
    expect(both).toThrow("PAYMENTS_TOKEN=***: must not be set with PAYMENTS_TOKEN_FILE");
    expect(both).not.toThrow("canary");
  });
});

describe("an order at participants that ask for a token", () => {
  it("is made with it; without it nothing is applied, and with the new one the next order is made without a restart", async () => {
    write("right-token");
    const variables = { STORE_MANAGER_TOKEN_FILE: path, PAYMENTS_TOKEN: "right-token", RETRY_ATTEMPTS_MAX: "2" };
    const stack = await OrderStack.start({ requiredToken: "right-token", variables });
    try {
      expect((await stack.order(order)).body).toMatchObject({ state: "COMPLETED" });
      write("wrong-token");
      await stack.restart();
      const refused = await stack.order(order);
      expect([refused.status, refused.body["type"], refused.body["step"]]).toEqual([
        503,
        "participant-unavailable",
        "create-order",
      ]);
      expect(refused.body["reason"]).toMatch(
        /^401 The call does not show the token that is asked\.: check the participant's URL and access/,
      );
      expect(await stack.effects()).toMatchObject({ orders: 1, payments: 1 });
      expect(lines.join("\n")).toMatch(/Misconfiguration: POST .*\/orders was answered 401/);
      now += 1_000;
      write("right-token");
      await expect.poll(async () => (await stack.order(order)).status).toBe(200);
      expect(lines.join("\n")).not.toMatch(/right-token|wrong-token/);
    } finally {
      await stack.stop();
    }
  });

  it("is undone where only the pivot's participant refuses the token", async () => {
    const variables = { STORE_MANAGER_TOKEN: "right-token", PAYMENTS_TOKEN: "wrong-token", RETRY_ATTEMPTS_MAX: "2" };
    const stack = await OrderStack.start({ requiredToken: "right-token", variables });
    try {
      const refused = await stack.order(order);
      expect([refused.status, refused.body["step"], refused.body["rolled_back"]]).toEqual([
        503,
        "create-payment",
        ["decrease-stock", "create-order"],
      ]);
      expect(await stack.effects()).toMatchObject({ orders: 0, payments: 0 });
    } finally {
      await stack.stop();
    }
  });
});
