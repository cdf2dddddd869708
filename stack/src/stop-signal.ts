import process from "node:process";
import { clearInterval, setInterval } from "node:timers";

const PARENT_CHECK_MS = 500;

/** Why to stop: a signal, or that whoever started us is gone without passing one on. */
export interface StopSignal {
  readonly signal: Promise<NodeJS.Signals>;
  readonly ignore: () => void;
}

/**
 * Resolves on SIGINT or SIGTERM. The package manager's wrapper dies of a SIGTERM without passing it on, so its death counts as
 * one too: no process is left behind.
 */
export function watchStopSignal(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  const parent = process.ppid;
  const timer = setInterval(() => process.ppid !== parent && resolve("SIGTERM"), PARENT_CHECK_MS);
  timer.unref();
  const onInterrupt = () => resolve("SIGINT");
  const onTerminate = () => resolve("SIGTERM");
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  const ignore = () => {
    clearInterval(timer);
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  };
  return { signal: promise, ignore };
}
