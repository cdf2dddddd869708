import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpPath, postmanPath } from "clients";
import { Stack } from "stack";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { readApiDocument } from "../src/api-document.ts";
import { sampleRequests } from "../src/sample-requests.ts";
import { directory, installRunners, runCommand, runNode } from "./runners.ts";

let stack: Stack;
let temporary: string;
let tokens: Readonly<Record<string, Token>>;

interface Token {
  readonly token: string;
  /** Its line in the file of tokens. */
  readonly line: string;
}

function makeToken(rights: string): Token {
  const token = `saga_${randomBytes(32).toString("base64url")}`;
  return { token, line: `sha256:${createHash("sha256").update(token).digest("hex")} ${rights}\n` };
}

beforeAll(() => installRunners(), 300_000);

// Each runner orders the two pieces that are in stock.
beforeEach(async () => {
  temporary = mkdtempSync(join(tmpdir(), "clients-e2e-"));
  tokens = {
    start_token: makeToken("shop start"),
    signal_token: makeToken("payments signal"),
    operator_token: makeToken("ada operate"),
  };
  // With tokens, so that each request must show the one whose role may send it.
  stack = await Stack.start({
    tokens: Object.values(tokens)
      .map(({ line }) => line)
      .join(""),
  });
});

afterEach(async () => {
  rmSync(temporary, { recursive: true });
  await stack.stop();
});

const newmanReport = z.object({
  run: z.object({
    stats: z.object({ requests: z.object({ total: z.int() }), assertions: z.object({ total: z.int(), failed: z.int() }) }),
    executions: z.array(z.object({ item: z.object({ name: z.string() }), response: z.object({ code: z.int() }) })),
  }),
});

const httpyacReport = z.object({
  requests: z.array(z.object({ name: z.string(), response: z.object({ statusCode: z.int() }) })),
});

function valuesOf(all: typeof tokens): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(all).map(([name, { token }]) => [name, token]));
}

describe("a third-party runner", () => {
  it("gets the expected reply to every request of the Postman collection", async () => {
    const report = join(temporary, "newman.json");
    const values = { base_url: stack.orchestrator.url, ...valuesOf(tokens) };
    await runNode("newman/bin/newman.js", [
      "run",
      postmanPath,
      ...Object.entries(values).flatMap(([name, value]) => ["--env-var", `${name}=${value}`]),
      "-r",
      "json",
      "--reporter-json-export",
      report,
    ]);
    const { run } = newmanReport.parse(JSON.parse(readFileSync(report, "utf8")));
    const requests = sampleRequests(await readApiDocument());
    expect(run.stats.requests.total).toBe(requests.length);
    expect(run.stats.assertions).toEqual({ total: requests.length, failed: 0 });
  });

  it("gets the expected reply to every request of the .http file", async () => {
    const file = "orchestrator.http";
    const text = readFileSync(httpPath, "utf8");
    const values = Object.entries({ base_url: stack.orchestrator.url, ...valuesOf(tokens) });
    const filled = values.reduce(
      (all, [name, value]) => all.replace(new RegExp(`^@${name} = .*$`, "m"), `@${name} = ${value}`),
      text,
    );
    writeFileSync(join(temporary, file), filled);
    // It ends before a pipe has taken all that it prints, which a file does.
    const httpyac = join(directory, "node_modules/httpyac/bin/httpyac.js");
    const intoFile = ["-c", 'exec node "$@" > httpyac.json', "sh", httpyac, "send", file, "--all", "--json"];
    await runCommand("sh", intoFile, temporary);
    const { requests } = httpyacReport.parse(JSON.parse(readFileSync(join(temporary, "httpyac.json"), "utf8")));
    const samples = sampleRequests(await readApiDocument());
    expect(requests.map(({ name }) => name)).toEqual(samples.map(({ id }) => id));
    for (const [place, { id, statuses }] of samples.entries()) {
      const code = requests[place]?.response.statusCode;
      expect(statuses, `${id} was answered ${code}`).toContain(code);
    }
  });
});
