import process from "node:process";
import type { RestateNode } from "test-kit/restate";
import { killAndResume } from "./killed-and-resumed.ts";
import { serveOnRestate } from "./on-restate.ts";
import type { Tried } from "./results.ts";
import { type Runtime, SampleProcess } from "./sample-process.ts";
import { type SentOnce, trySentOnce } from "./sent-once.ts";
import { useConsole } from "./use-console.ts";

/** A runtime that serves the saga by itself, and the sample for it. */
export interface Server extends Runtime {
  readonly file: string;
}

/** Tries everything on one runtime, in the folder with the samples. */
export async function tryServer(runtime: Server, directory: string, restate: RestateNode): Promise<Tried> {
  const run = (...words: readonly string[]) => new SampleProcess(runtime, directory, words).output();
  const tests = await works(runtime.name, () => run("tests.ts"));
  const resumed = await works(runtime.name, () => killAndResume(runtime, directory, runtime.file));
  const console = await works(runtime.name, () => useConsole(runtime, directory, runtime.file));
  const onRestate = await works(runtime.name, () => serveOnRestate(runtime, directory, restate, async () => undefined));
  const calls = await tryCalls(runtime.name, (matrix) => run("sent-once-main.ts", matrix));
  return { tests, rest: resumed, resumed, console, restate: onRestate, ...calls };
}

/** Tries the matrix. @param make makes the calls of these rows on the runtime, and gives their outcomes. */
export async function tryCalls(
  name: string,
  make: (rows: string) => Promise<string>,
): Promise<Pick<Tried, "sentOnce" | "connections" | "repeatedByFetch">> {
  let calls: SentOnce | undefined;
  const sentOnce = await works(name, async () => {
    calls = await trySentOnce(make);
    if (calls.wrong.length > 0) throw new Error(calls.wrong.join("\n"));
  });
  const { connections = "✗", repeatedByFetch = [] } = calls ?? {};
  return { sentOnce, connections, repeatedByFetch: repeatedByFetch.join(", ") || "none" };
}

/** ✓, or ✗ with the reason in the log. */
export async function works(name: string, tried: () => Promise<unknown>): Promise<string> {
  try {
    await tried();
    return "✓";
  } catch (error) {
    process.stderr.write(`${name}: ${error}\n`);
    return "✗";
  }
}
