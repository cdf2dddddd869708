import process from "node:process";
import { clearInterval, setInterval } from "node:timers";

const CHECK_MS = 500;

export interface StopSignal {
  /** Resolves on the first reason to stop. */
  readonly stopped: Promise<void>;
  /** Whether there was one. */
  readonly isStopped: () => boolean;
}

/**
 * Watches for a reason to stop: SIGINT, SIGTERM or SIGHUP, or that whoever started this process is gone. A package manager's wrapper
 * dies of a signal without passing it on, and no process may be left behind.
 *
 * @param areLaunchersAlive asked every half second; by default whether the parent is still the same.
 */
export function watchStopSignal(areLaunchersAlive: () => boolean = sameParent()): StopSignal {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    resolve();
  };
  const timer = setInterval(() => {
    if (areLaunchersAlive()) return;
    clearInterval(timer);
    stop();
  }, CHECK_MS);
  timer.unref();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  return { stopped: promise, isStopped: () => isStopped };
}

function sameParent(): () => boolean {
  const parent = process.ppid;
  return () => process.ppid === parent;
}
