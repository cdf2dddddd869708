import { join } from "node:path";
import { root } from "./paths.ts";
import { runDeno } from "./run-deno.ts";

/** The packages whose tests in the folder `contract` write pacts, with real clients against Pact's mock server. */
const consumers = ["apps/orchestrator", "packages/try-console", "stack"];

/** The contract tests of a consumer failed; the message has their output. */
export class GenerateError extends Error {
  override readonly name = "GenerateError";
}

/** Runs every consumer's contract tests, which write their pacts into an empty directory. */
export async function generatePacts(directory: string): Promise<void> {
  for (const consumer of consumers) await runContractTests(consumer, directory);
}

async function runContractTests(consumer: string, directory: string): Promise<void> {
  const config = join(root, "vitest.config.ts");
  const output: string[] = [];
  const code = await runDeno(
    ["run", "-A", "npm:vitest", "run", "--config", config, "--dir", "contract", "--no-file-parallelism"],
    {
      directory: join(root, consumer),
      variables: { PACTS_DIRECTORY: directory },
      onLine: (line) => output.push(line),
    },
  );
  if (code !== 0) throw new GenerateError(`The contract tests of ${consumer} fail:\n${output.join("\n")}`);
}
