import process from "node:process";
import { clearInterval, setInterval } from "node:timers";

const CHECK_MS = 500;

export interface StopSignal {
  /** Resolves when the process is to stop. */
  readonly stopped: Promise<void>;
  /** Whether it has resolved. */
  readonly isStopped: () => boolean;
}

/**
 * Stops the process on SIGINT, SIGTERM or SIGHUP, and when the process that launched it is gone: a package manager's wrapper ends on a signal
 * without forwarding it, and would leave this process behind.
 *
 * @param areLaunchersAlive called every half second. Default: whether the parent process is still the same.
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
