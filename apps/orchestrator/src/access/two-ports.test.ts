import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compose } from "../compose.ts";
import { readConfig } from "../config.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "two-ports-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function composed(variables: Readonly<Record<string, string>>) {
  return await compose(readConfig({ JOURNAL_PATH: join(directory, "journal.sqlite"), ...variables }));
}

describe("the routes of operators", () => {
  it("are on their own port alone where they have one, and the routes of callers are not", async () => {
    const { fetch, fetchForOperators, close } = await composed({ OPERATOR_PORT: "0" });
    if (!fetchForOperators) throw new Error("Operators have no port of their own.");
    const statusesOf = async (path: string, init?: RequestInit) => {
      const request = () => new Request(`http://127.0.0.1${path}`, init);
      const replies = await Promise.all([fetch(request()), fetchForOperators(request())]);
      return replies.map(({ status }) => status);
    };
    const start = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    expect(await statusesOf("/sagas")).toEqual([404, 200]);
    expect(await statusesOf("/definitions/order/pause", { method: "POST" })).toEqual([404, 200]);
    expect(await statusesOf("/saga/order", start)).toEqual([422, 404]);
    expect(await statusesOf("/health/ready")).toEqual([200, 200]);
    await close();
  });

  it("are with those of callers where they have none", async () => {
    const { fetch, fetchForOperators, close } = await composed({});
    const [reply] = await Promise.all([fetch(new Request("http://127.0.0.1/sagas"))]);
    expect([fetchForOperators, reply.status]).toEqual([undefined, 200]);
    await close();
  });
});
