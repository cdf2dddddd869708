import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

export interface DenoRun {
  readonly directory: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Called for each line of standard output and standard error. */
  readonly onLine: (line: string) => void;
}

/** Runs Deno to its end, or kills it after a timeout, and returns its exit code. */
export async function runDeno(args: readonly string[], { directory, variables, onLine }: DenoRun): Promise<number | null> {
  const child = spawn(process.execPath, [...args], {
    cwd: directory,
    env: { ...process.env, PACT_DO_NOT_TRACK: "true", DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
  });
  const ended = Promise.withResolvers<number | null>();
  child.on("error", ended.reject);
  child.on("close", (code) => ended.resolve(code));
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", onLine);
  return await ended.promise;
}

/** The timeout ends a process that hangs, not one that is slow on a busy machine. */
const TIMEOUT_MS = 240_000;
