import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { root } from "./paths.ts";
import { runDeno } from "./run-deno.ts";

/** A copy of the workspace with changed sources, which shares the installed packages. */
let copy: string;
let output: string;
let code: number | null;

/** Small changes, each made without regard for the other side. */
const mutations: readonly { readonly file: string; readonly from: string; readonly to: string }[] = [
  // A client sends another member.
  {
    file: "apps/orchestrator/src/participants/payments.ts",
    from: "const body = { user_id, order_id, total_amount };",
    to: 'const body = { user_id, order_id, total_amount, currency: "CAD" };',
  },
  // A mock renames a member.
  {
    file: "apps/mock-payments/src/routes.ts",
    from: "{ error: `The payments of user",
    to: "{ message: `The payments of user",
  },
  // A mock changes a status.
  {
    file: "apps/mock-store-manager/src/routes.ts",
    from: "answered(404, { deleted: false })",
    to: "answered(410, { deleted: false })",
  },
  // Both mocks drop a header.
  { file: "packages/mock-kit/src/reply.ts", from: 'headers.set("retry-after"', to: 'headers.set("x-retry-after"' },
  // The orchestrator drops a header.
  {
    file: "packages/saga-http/src/start/start-reply.ts",
    from: "const headers = { location:",
    to: "const headers = { elsewhere:",
  },
  // The OpenAPI document of a mock lacks a reply.
  { file: "apps/mock-store-manager/src/routes.ts", from: '409: jsonReply("Not enough', to: '410: jsonReply("Not enough' },
];

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), "canary-"));
  cpSync(root, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !["node_modules", ".git", ".turbo"].includes(relative(root, path)),
  });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const { file, from, to } of mutations) {
    const source = readFileSync(join(copy, file), "utf8");
    expect(source, `${file} has no ${from}`).toContain(from);
    writeFileSync(
      join(copy, file),
      source.replace(from, () => to),
    );
  }
  output = "";
  code = await runDeno(["run", "-A", "--no-prompt", "contracts/src/check.ts"], {
    directory: copy,
    onLine: (line) => {
      output += `${line}\n`;
    },
  });
}, 300_000);

afterAll(() => rmSync(copy, { recursive: true }));

describe("contracts:check in a workspace with small changes", () => {
  it("exits 1 and says that the change cannot merge", () => {
    expect(code).toBe(1);
    expect(output).toContain("This cannot merge.");
  });

  it.for([
    [
      "a client that sends another member",
      /contract tests of apps\/orchestrator fail:[\s\S]+payments\.pact\.test\.ts > POST \/payments > a new payment/,
    ],
    [
      "a mock that renames a member",
      /mock-payments KEYED=true, orchestrator-optional-payments\.json, a payment by a user.*:\n.*error/,
    ],
    [
      "a mock that changes a status",
      /mock-store-manager KEYED=false, orchestrator-base-store-manager\.json, the deletion of an order that was already deleted:\n +status: .*404/,
    ],
    [
      "a mock that drops a header",
      /mock-payments KEYED=true, orchestrator-optional-payments\.json, createPayment while the service is overloaded:\n +Retry-After: /,
    ],
    ["an orchestrator that drops a header", /web-client-orchestrator\.json, an order whose client does not wait:\n +Location: /],
    [
      "an OpenAPI document that lacks a reply",
      /mock-store-manager KEYED=false, orchestrator-optional-store-manager\.json, its OpenAPI document: a decrease by more than the stock: .*409/,
    ],
  ] as const)("reports %s", ([, finding]) => {
    expect(output).toMatch(finding);
  });

  it("writes a matrix in which only the broken pacts are red", () => {
    const matrix = z.object({ cells: z.array(z.object({ consumer: z.string(), service: z.string(), result: z.string() })) });
    const { cells } = matrix.parse(JSON.parse(readFileSync(join(copy, "contracts/matrix.json"), "utf8")));
    const red = cells.filter(({ result }) => result !== "passed").map(({ consumer, service }) => `${consumer} ${service}`);
    expect(new Set(red)).toEqual(
      new Set([
        "orchestrator-keyed mock-payments",
        "orchestrator-keyed mock-store-manager",
        "orchestrator-optional mock-payments",
        "orchestrator-optional mock-store-manager",
        "orchestrator-base mock-store-manager",
        "web-client orchestrator",
      ]),
    );
  });
});
