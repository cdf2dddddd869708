import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { EnvironmentError } from "./environment.ts";
import { ListenError } from "./listen.ts";
import { type ProcessEnd, type Running, untilEnd } from "./process-end.ts";
import { type StopSignal, watchStopSignal } from "./stop-signal.ts";

export interface RunOptions {
  /** Errors that are printed without a stack, because their message is for people. EnvironmentError and ListenError always are. */
  readonly expected?: readonly (new (
    ...args: never[]
  ) => Error)[];
  /** Default: `watchStopSignal()`, called before the start, so that a signal during the start is not lost. */
  readonly stopSignal?: StopSignal;
}

/** How long a process waits until the line about its end is written: its reader may be stuck. */
const ENDED_MS_MAX = 500;

/**
 * Runs a process. It exits 0 when `start` gives nothing more to run, or when it has stopped after a signal; and 1 with a message when it cannot
 * start, go on, or stop in order.
 */
export async function runProcess(start: () => Promise<Running | undefined>, options: RunOptions = {}): Promise<void> {
  const { expected = [], stopSignal = watchStopSignal() } = options;
  const print = (error: unknown) => process.stderr.write(`${reportOf(error, [EnvironmentError, ListenError, ...expected])}\n`);
  // The reader of our output may be gone. The process must still clean up.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  let running: Running | undefined;
  try {
    running = await start();
  } catch (error) {
    // A start that a stop signal interrupted is no failure.
    if (!stopSignal.isStopped()) print(error);
    process.exit(stopSignal.isStopped() ? 0 : 1);
  }
  if (!running) process.exit(0);
  const uncaught = running.ended ? firstUncaught() : new Promise<never>(() => undefined);
  const wait = (ms: number) => setTimeout(ms);
  const end = await untilEnd(running, { stopSignal, uncaught, wait });
  await Promise.race([tell(running, end, print), wait(ENDED_MS_MAX)]);
  process.exit(end.code);
}

async function tell({ ended }: Running, end: ProcessEnd, print: (error: unknown) => void): Promise<void> {
  const { reason, problem } = end;
  try {
    if (ended) await ended(end);
    else if (problem?.name === "error") print(problem.error);
    else if ("error" in reason) print(reason.error);
  } catch (error) {
    print(error);
  }
}

function firstUncaught(): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  process.on("uncaughtException", resolve);
  process.on("unhandledRejection", resolve);
  return promise;
}

function reportOf(error: unknown, forPeople: NonNullable<RunOptions["expected"]>): string {
  if (!(error instanceof Error)) return String(error);
  return forPeople.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}
