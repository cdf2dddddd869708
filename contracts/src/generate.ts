import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { root } from "./places.ts";

/** The packages that write pacts: their `contract` script runs real clients against Pact's mock server. */
const consumers = ["apps/orchestrator", "stack"];

/** A consumer's contract tests fail; the message is what they said. */
export class GenerateError extends Error {
  override readonly name = "GenerateError";
}

/** Runs every consumer's contract tests, which write their pacts into an empty directory. */
export async function generatePacts(directory: string): Promise<void> {
  for (const consumer of consumers) await runContractTests(consumer, directory);
}

async function runContractTests(consumer: string, directory: string): Promise<void> {
  const config = join(root, "vitest.config.ts");
  const vitest = ["run", "-A", "npm:vitest", "run", "--config", config, "--dir", "contract", "--no-file-parallelism"];
  const child = spawn(process.execPath, vitest, {
    cwd: join(root, consumer),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PACTS_DIRECTORY: directory, PACT_DO_NOT_TRACK: "true", NO_COLOR: "1" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += String(chunk);
    });
  }
  const ended = Promise.withResolvers<number | null>();
  child.on("error", ended.reject);
  child.on("close", (code) => ended.resolve(code));
  if ((await ended.promise) !== 0) throw new GenerateError(`The contract tests of ${consumer} fail:\n${said}`);
}
