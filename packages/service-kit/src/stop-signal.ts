import process from "node:process";
import { clearInterval, setInterval } from "node:timers";
import { endsOnHangup as endsThisOnHangup } from "./hangup.ts";

const CHECK_MS = 500;

/** A second Ctrl-C is one that comes later than this after the first: a launcher may forward the first one too. */
const SECOND_INTERRUPT_MS = 500;

/** The argument with which a launcher starts a process that is to end with it. */
export const END_WITH_PARENT = "--end-with-parent";

/** Why a process is to stop: a signal, or a launcher that is gone. */
export type StopReason =
  | { readonly name: "signal"; readonly signal: "SIGTERM" | "SIGINT" | "SIGHUP" }
  | { readonly name: "launcher-gone" };

export interface StopSignal {
  /** Resolves with the first reason when the process is to stop. */
  readonly stopped: Promise<StopReason>;
  /** Whether it has resolved. */
  readonly isStopped: () => boolean;
  /** Resolves when a person has pressed Ctrl-C again, who does not want to wait for the stop. */
  readonly interruptedAgain: Promise<void>;
}

/** What a test replaces. */
export interface StopSignalPorts {
  readonly arguments: readonly string[];
  readonly on: (signal: NodeJS.Signals, listener: () => void) => void;
  /** A clock in milliseconds that never jumps. */
  readonly nowMs: () => number;
  readonly endsOnHangup: () => boolean;
  /** Calls back every so many milliseconds, until the function that it returns is called. */
  readonly every: (ms: number, callback: () => void) => () => void;
}

const realPorts: StopSignalPorts = {
  arguments: process.argv,
  on: (signal, listener) => process.on(signal, listener),
  nowMs: () => performance.now(),
  endsOnHangup: endsThisOnHangup,
  every: (ms, callback) => {
    const timer = setInterval(callback, ms).unref();
    return () => clearInterval(timer);
  },
};

/**
 * Listens for the signals that stop the process: SIGTERM, SIGINT, and SIGHUP unless its starter ignored it.
 *
 * A process that was started with `--end-with-parent` also stops when its parent is gone: a package manager's wrapper ends on a signal without
 * forwarding it, and would leave this process behind. A hangup is then its parent's business.
 *
 * @param areLaunchersAlive called every half second, in the place of that. Default: whether the parent is still the same, with
 *   `--end-with-parent`; otherwise nobody is watched.
 */
export function watchStopSignal(areLaunchersAlive?: () => boolean, ports: StopSignalPorts = realPorts): StopSignal {
  const stopped = Promise.withResolvers<StopReason>();
  const again = Promise.withResolvers<void>();
  let isStopped = false;
  let interruptedAt: number | undefined;
  const stop = (reason: StopReason) => {
    isStopped = true;
    stopped.resolve(reason);
  };
  const endsWithParent = ports.arguments.includes(END_WITH_PARENT);
  const endsOnHangup = !endsWithParent && ports.endsOnHangup();
  const areAlive = areLaunchersAlive ?? (endsWithParent ? sameParent() : undefined);
  if (areAlive) {
    const cancel = ports.every(CHECK_MS, () => {
      if (areAlive()) return;
      cancel();
      stop({ name: "launcher-gone" });
    });
  }
  ports.on("SIGTERM", () => stop({ name: "signal", signal: "SIGTERM" }));
  ports.on("SIGINT", () => {
    interruptedAt ??= ports.nowMs();
    if (ports.nowMs() - interruptedAt > SECOND_INTERRUPT_MS) again.resolve();
    stop({ name: "signal", signal: "SIGINT" });
  });
  // Without a listener Deno would end the process, also where its starter ignored the signal.
  ports.on("SIGHUP", () => endsOnHangup && stop({ name: "signal", signal: "SIGHUP" }));
  return { stopped: stopped.promise, isStopped: () => isStopped, interruptedAgain: again.promise };
}

function sameParent(): () => boolean {
  const parent = process.ppid;
  return () => process.ppid === parent;
}
