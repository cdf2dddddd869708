import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpPath, postmanPath } from "clients";
import { Stack } from "stack";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { readApiDocument } from "../src/api-document.ts";
import { sampleRequests } from "../src/sample-requests.ts";
import { installRunners, runNode } from "./runners.ts";

let stack: Stack;
let temporary: string;

beforeAll(() => installRunners(), 300_000);

// Each runner orders the two pieces that are in stock.
beforeEach(async () => {
  temporary = mkdtempSync(join(tmpdir(), "clients-e2e-"));
  stack = await Stack.start();
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

describe("a third-party runner", () => {
  it("gets the expected reply to every request of the Postman collection", async () => {
    const report = join(temporary, "newman.json");
    const base = `base_url=${stack.orchestrator.url}`;
    await runNode("newman/bin/newman.js", [
      "run",
      postmanPath,
      "--env-var",
      base,
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
    writeFileSync(join(temporary, file), text.replace(/^@base_url = .*$/m, `@base_url = ${stack.orchestrator.url}`));
    const output = await runNode("httpyac/bin/httpyac.js", ["send", file, "--all", "--json"], temporary);
    const { requests } = httpyacReport.parse(JSON.parse(output));
    const samples = sampleRequests(await readApiDocument());
    expect(requests.map(({ name }) => name)).toEqual(samples.map(({ id }) => id));
    for (const [place, { id, statuses }] of samples.entries()) {
      const code = requests[place]?.response.statusCode;
      expect(statuses, `${id} was answered ${code}`).toContain(code);
    }
  });
});
