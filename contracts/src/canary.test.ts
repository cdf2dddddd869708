import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { root } from "./places.ts";
import { runDeno } from "./run-deno.ts";

/** A copy of the workspace, its sources changed, its packages installed where ours are. */
let copy: string;
let said: string;
let code: number | null;

/** One small change each, such as somebody makes who does not think of the other side. */
const mutations: readonly { readonly file: string; readonly from: string; readonly to: string }[] = [
  // Another member sent by a client.
  {
    file: "apps/orchestrator/src/participants/payments.ts",
    from: "const json = { user_id, order_id, total_amount };",
    to: 'const json = { user_id, order_id, total_amount, currency: "CAD" };',
  },
  // A member renamed in a mock.
  {
    file: "apps/mock-payments/src/routes.ts",
    from: "{ error: `The payments of user",
    to: "{ message: `The payments of user",
  },
  // A status changed in a mock.
  {
    file: "apps/mock-store-manager/src/routes.ts",
    from: "answered(404, { deleted: false })",
    to: "answered(410, { deleted: false })",
  },
  // A header dropped by both mocks.
  { file: "packages/mock-kit/src/reply.ts", from: 'headers.set("retry-after"', to: 'headers.set("x-retry-after"' },
  // A header dropped by the orchestrator.
  {
    file: "packages/saga-http/src/start/start-reply.ts",
    from: "const headers = { location:",
    to: "const headers = { elsewhere:",
  },
  // A reply that the OpenAPI document of a mock does not know any more.
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
  said = "";
  code = await runDeno(["run", "-A", "--no-prompt", "contracts/src/check.ts"], {
    directory: copy,
    onLine: (line) => {
      said += `${line}\n`;
    },
  });
}, 300_000);

afterAll(() => rmSync(copy, { recursive: true }));

describe("contracts:check of a workspace with small changes", () => {
  it("exits 1", () => {
    expect(code).toBe(1);
    expect(said).toContain("This cannot merge.");
  });

  it.for([
    [
      "another member sent by a client",
      /contract tests of apps\/orchestrator fail:[\s\S]+payments\.pact\.test\.ts > POST \/payments > a new payment/,
    ],
    [
      "a member renamed in a mock",
      /mock-payments KEYED=true, orchestrator-optional-payments\.json, a payment of a user.*:\n.*error/,
    ],
    [
      "a status changed in a mock",
      /mock-store-manager KEYED=false, orchestrator-base-store-manager\.json, the deletion of an order that is already gone:\n +status: .*404/,
    ],
    [
      "a header dropped by a mock",
      /mock-payments KEYED=true, orchestrator-optional-payments\.json, createPayment while the service is overloaded:\n +Retry-After: /,
    ],
    ["a header dropped by the orchestrator", /web-client-orchestrator\.json, an order whose client does not wait:\n +Location: /],
    [
      "a reply that an OpenAPI document does not know",
      /mock-store-manager KEYED=false, orchestrator-optional-store-manager\.json, its OpenAPI document: more stock than there is: .*409/,
    ],
  ] as const)("names %s", ([, finding]) => {
    expect(said).toMatch(finding);
  });

  it("writes a matrix with what is red and what is not", () => {
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
