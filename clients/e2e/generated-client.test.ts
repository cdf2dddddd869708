import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Stack } from "stack";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { directory, installRunners, runCommand, runNode } from "./runners.ts";

const compiler = join(import.meta.dirname, "../../node_modules/.bin/tsc");

let stack: Stack;
/** The folder of the generated code, beside the packages that it imports. */
let generated: string;

beforeAll(async () => {
  [stack] = await Promise.all([Stack.start(), installRunners()]);
  generated = mkdtempSync(join(directory, "generated-"));
  const response = await fetch(`${stack.orchestrator.url}/openapi.json`);
  writeFileSync(join(generated, "openapi.json"), await response.text());
  await runNode("openapi-typescript/bin/cli.js", [join(generated, "openapi.json"), "--output", join(generated, "schema.ts")]);
  const compilerOptions = { types: ["node"], typeRoots: ["../../../node_modules/@types"] };
  writeFileSync(
    join(generated, "tsconfig.json"),
    JSON.stringify({ extends: "../../../tsconfig.base.json", compilerOptions, include: ["*.ts"] }),
  );
}, 300_000);

afterAll(async () => {
  rmSync(generated, { recursive: true });
  await stack.stop();
});

const usage = `
import process from "node:process";
import createClient from "openapi-fetch";
import type { paths } from "./schema.ts";

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });
const order = { user_id: 1, items: [{ product_id: 3, quantity: 2 }] };
const placed = await client.POST("/saga/order", { body: order, params: { header: { "Idempotency-Key": "generated" } } });
const refused = await client.POST("/saga/order", { body: order });
const sagaId: string = placed.data?.saga_id ?? "";
const saga = await client.GET("/sagas/{saga_id}", { params: { path: { saga_id: sagaId } } });
const steps: readonly string[] = saga.data?.steps.map(({ step, status }) => step + " " + status) ?? [];
const preview = await client.POST("/sagas/cancel", { body: { saga_ids: [sagaId], preview: true } });
const reason: string | undefined = preview.data?.items[0]?.reason;
process.stdout.write(JSON.stringify({ order: placed.response.status, refused: refused.error?.type, steps, reason }));
`;

describe("a client made by a public generator", () => {
  it("compiles, and places an order", async () => {
    writeFileSync(join(generated, "usage.ts"), usage);
    await runCommand(compiler, ["--project", generated, "--noEmit"]);
    const output = await runCommand(process.execPath, ["run", "-A", join(generated, "usage.ts"), stack.orchestrator.url]);
    expect(JSON.parse(output)).toEqual({
      order: 200,
      refused: "saga-cancelled",
      steps: ["create-order done", "decrease-stock done", "read-amount done", "create-payment done"],
      reason: "the saga has ended: it is completed",
    });
  });

  it("does not compile with a path that the API does not have", async () => {
    writeFileSync(join(generated, "usage.ts"), usage.replace("/sagas/{saga_id}", "/orders/{saga_id}"));
    await expect(runCommand(compiler, ["--project", generated, "--noEmit"])).rejects.toThrow("/orders/{saga_id}");
  });
});
