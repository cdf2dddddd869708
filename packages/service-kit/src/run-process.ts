import process from "node:process";
import { EnvironmentError } from "./environment.ts";
import { ListenError } from "./listen.ts";
import { type StopSignal, watchStopSignal } from "./stop-signal.ts";

/** How to stop a process that has started. */
export interface Running {
  /** Called once, when the process is to stop or has failed; the process then exits. */
  readonly stop: () => Promise<void>;
  /** Rejects when the process cannot go on; it then exits 1, so that its supervisor starts it again. */
  readonly failed?: Promise<never>;
}

export interface RunOptions {
  /** Errors that are printed without a stack, because their message is for people. EnvironmentError and ListenError always are. */
  readonly expected?: readonly (new (
    ...args: never[]
  ) => Error)[];
  /** Default: `watchStopSignal()`, called before the start, so that a signal during the start is not lost. */
  readonly stopSignal?: StopSignal;
}

/**
 * Runs a process. It exits 0 when `start` gives nothing more to run, or after a stop signal; and 1 with a message when it cannot start or go on.
 */
export async function runProcess(start: () => Promise<Running | undefined>, options: RunOptions = {}): Promise<void> {
  const { expected = [], stopSignal = watchStopSignal() } = options;
  // The reader of our output may be gone. The process must still clean up.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  try {
    const running = await start();
    if (running) await runUntilStopped(running, stopSignal);
    process.exit(0);
  } catch (error) {
    // A start that a stop signal interrupted is no failure.
    if (!stopSignal.isStopped()) process.stderr.write(`${reportOf(error, [EnvironmentError, ListenError, ...expected])}\n`);
    process.exit(stopSignal.isStopped() ? 0 : 1);
  }
}

async function runUntilStopped({ stop, failed }: Running, { stopped }: StopSignal): Promise<void> {
  try {
    await Promise.race([stopped, ...(failed === undefined ? [] : [failed])]);
  } finally {
    await stop();
  }
}

function reportOf(error: unknown, forPeople: NonNullable<RunOptions["expected"]>): string {
  if (!(error instanceof Error)) return String(error);
  return forPeople.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}
