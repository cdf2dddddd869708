import process from "node:process";
import { EnvironmentError } from "./environment.ts";
import { ListenError } from "./listen.ts";

/** What a started process leaves behind for its end. */
export interface Running {
  /** Called once, on SIGTERM or SIGINT; the process exits 0 when it resolves. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a process, and ends it well: exit 0 after SIGTERM or SIGINT; exit 1 with a message for people when it cannot start.
 *
 * @param expected further errors whose message alone is meant for people; any other keeps its stack.
 */
export async function runProcess(
  start: () => Promise<Running>,
  expected: readonly (new (...args: never[]) => Error)[] = [],
): Promise<void> {
  // From the first moment on, so that a signal during the start is not lost.
  const stopped = stopSignal();
  try {
    const { stop } = await start();
    await stopped;
    await stop();
    process.exit(0);
  } catch (error) {
    const isExpected = [EnvironmentError, ListenError, ...expected].some((kind) => error instanceof kind);
    process.stderr.write(`${isExpected && error instanceof Error ? error.message : describe(error)}\n`);
    process.exit(1);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  return promise;
}
