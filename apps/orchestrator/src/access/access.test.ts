import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../config.ts";
import { OrderStack } from "../testing/stack/order-stack.ts";
import { hashOfToken } from "./token.ts";

let directory: string;
let stack: OrderStack;
const tokens = { shop: "saga_shop", ada: "saga_ada" };
const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "access-"));
  const file = join(directory, "tokens");
  const line = (token: string, rest: string) => `sha256:${hashOfToken(token).toString("hex")} ${rest}\n`;
  writeFileSync(file, `${line(tokens.shop, "shop start")}${line(tokens.ada, "ada operate")}`);
  stack = await OrderStack.start({ variables: { AUTH_TOKENS_FILE: file } });
});

afterEach(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true });
});

describe("an orchestrator with tokens", () => {
  it("starts an order for who may start, shows it to its starter and to operators, and says nothing of it to others", async () => {
    const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    const post = { method: "POST", body: JSON.stringify(order) };
    const json = { "content-type": "application/json" };
    expect((await stack.request("/saga/order", { ...post, headers: json })).status).toBe(401);
    expect((await stack.request("/saga/order", { ...post, headers: { ...json, ...as(tokens.ada).headers } })).status).toBe(403);
    expect(
      (await stack.request("/saga/order", { ...post, headers: { ...json, authorization: `Basic ${btoa("a:b")}` } })).status,
    ).toBe(401);
    const started = await stack.request("/saga/order", { ...post, headers: { ...json, ...as(tokens.shop).headers } });
    expect([started.status, started.body["state"]]).toEqual([200, "COMPLETED"]);
    const path = `/sagas/${String(started.body["saga_id"])}`;
    expect((await stack.request(path, as(tokens.shop))).status).toBe(200);
    expect((await stack.request(path, as(tokens.ada))).status).toBe(200);
    expect((await stack.request(path)).status).toBe(401);
    expect((await stack.request("/sagas", as(tokens.shop))).status).toBe(403);
    expect((await stack.request("/health/ready")).status).toBe(200);
    expect(await stack.effects()).toMatchObject({ orders: 1, payments: 1 });
  });
});

describe("the configuration of access", () => {
  it("refuses to listen beyond this machine without tokens, unless INSECURE says it", () => {
    const open = /INSECURE="": must be "true" to let everybody who reaches 0\.0\.0\.0 start/;
    expect(() => readConfig({ HOST: "0.0.0.0" })).toThrow(open);
    expect(() => readConfig({ OPERATOR_PORT: "0", OPERATOR_HOST: "0.0.0.0" })).toThrow(open);
    for (const variables of [{ INSECURE: "true" }, { AUTH_TOKENS_FILE: "tokens" }])
      expect(readConfig({ HOST: "0.0.0.0", ...variables }).HOST).toBe("0.0.0.0");
    expect(readConfig({ HOST: "::1" }).HOST).toBe("::1");
  });

  it("refuses keys without an issuer and an audience, and signatures by a shared secret", () => {
    const AUTH_JWKS_URL = "https://login.example.com/keys";
    expect(() => readConfig({ AUTH_JWKS_URL })).toThrow(
      /AUTH_ISSUER="": must be set with AUTH_JWKS_URL[\s\S]*AUTH_AUDIENCE="": must be set/,
    );
    for (const algorithm of ["HS256", "none", "es256"])
      expect(() => readConfig({ AUTH_ALGORITHMS: algorithm })).toThrow(`has the entry "${algorithm}"`);
  });
});
