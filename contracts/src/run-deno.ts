import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

export interface DenoRun {
  readonly directory: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Gets each line of both of its outputs. */
  readonly onLine: (line: string) => void;
}

/** Runs Deno to its end, or kills it when that takes far too long, and gives its exit code. */
export async function runDeno(args: readonly string[], { directory, variables, onLine }: DenoRun): Promise<number | null> {
  const child = spawn(process.execPath, [...args], {
    cwd: directory,
    env: { ...process.env, PACT_DO_NOT_TRACK: "true", DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE_MS,
  });
  const ended = Promise.withResolvers<number | null>();
  child.on("error", ended.reject);
  child.on("close", (code) => ended.resolve(code));
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", onLine);
  return await ended.promise;
}

/** For what hangs, not for what is slow on a busy machine. */
const PATIENCE_MS = 240_000;
