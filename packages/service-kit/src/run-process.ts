import process from "node:process";
import { EnvironmentError } from "./environment.ts";
import { ListenError } from "./listen.ts";
import { type StopSignal, watchStopSignal } from "./stop-signal.ts";

/** What a started process leaves behind for its end; nothing when it has done its work already. */
export interface Running {
  /** Called once, when there is a reason to stop or it failed; the process then exits. */
  readonly stop: () => Promise<void>;
  /** Rejects when the process cannot go on; it then exits 1, for whoever supervises it to start it again. */
  readonly failed?: Promise<never>;
}

export interface RunOptions {
  /** Errors whose message alone is meant for people; any other keeps its stack. */
  readonly expected?: readonly (new (
    ...args: never[]
  ) => Error)[];
  /** What is a reason to stop; watched from the first moment on, so that a signal during the start is not lost. */
  readonly stopSignal?: StopSignal;
}

/** Runs a process, and ends it well: exit 0 after a reason to stop; exit 1 with a message for people when it cannot start or go on. */
export async function runProcess(start: () => Promise<Running | undefined>, options: RunOptions = {}): Promise<void> {
  const { expected = [], stopSignal = watchStopSignal() } = options;
  // Whoever read what we print may be gone; that is no reason not to clean up.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  try {
    const running = await start();
    if (running) await runUntilStopped(running, stopSignal);
    process.exit(0);
  } catch (error) {
    // What a signal cut short while it was starting is no failure.
    if (!stopSignal.isStopped()) process.stderr.write(`${messageOf(error, [EnvironmentError, ListenError, ...expected])}\n`);
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

function messageOf(error: unknown, forPeople: NonNullable<RunOptions["expected"]>): string {
  if (!(error instanceof Error)) return String(error);
  return forPeople.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}
