import type { Config } from "./config.ts";

/** The most that a stop keeps for what follows the drain, in milliseconds. */
const AFTER_DRAIN_MS_MAX = 2_000;
/** A stop may take this long, in milliseconds, however short the grace is: it closes the journal. */
const STOP_MS_MIN = 1_000;

/** How the parts of a stop share `SHUTDOWN_GRACE_MS`, in milliseconds. */
export interface StopTimes {
  /** For the sagas and their calls. */
  readonly drainMs: number;
  /** For the answers to the requests that waited, and for open connections. */
  readonly answersMs: number;
  /** For the last commit of the journal, or the last reports to Restate. */
  readonly engineMs: number;
  /** The longest time for all of these: what the parts leave is for a busy machine, and for the last line of the log. */
  readonly stopMsMax: number;
}

export function stopTimesOf({ SHUTDOWN_GRACE_MS: graceMs }: Pick<Config, "SHUTDOWN_GRACE_MS">): StopTimes {
  const afterDrainMs = Math.min(AFTER_DRAIN_MS_MAX, graceMs / 4);
  return {
    drainMs: graceMs - afterDrainMs,
    answersMs: afterDrainMs / 4,
    engineMs: afterDrainMs / 4,
    stopMsMax: Math.max(graceMs, STOP_MS_MIN),
  };
}
