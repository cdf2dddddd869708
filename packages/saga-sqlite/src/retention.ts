import { clearTimeout, setTimeout } from "node:timers";
import type { SqliteJournal } from "./sqlite-journal.ts";

/** How long sagas and keys are kept. */
export interface Retention {
  /** Milliseconds from the end of a saga until it is deleted, if nobody must see late signals of it any more. */
  readonly sagasMs: number;
  /** Milliseconds from the end of a saga until its Idempotency-Key is deleted, if the saga is not deleted before. Until then it counts as kept. */
  readonly keysMs: number;
}

/** A clock for deletions: the `DeletionClock` of saga-clock. */
export interface PruningTime {
  /** The present time in milliseconds since the epoch; undefined while nothing may be deleted, because the clock may be wrong. */
  now(): number | undefined;
}

/** Sagas that one step looks at, in one transaction of some milliseconds, and the pause before the next step. */
const STEP_LIMIT = 200;
const PAUSE_MS = 100;
/** Time from the end of a round to the start of the next one. */
const ROUND_MS = 600_000;

/**
 * Deletes old sagas and keys in small steps, again and again; the first step is made at once. Returns a function that stops it.
 *
 * @param time asked before each step. A wall clock alone will not do: set 40 days ahead, it would delete everything.
 * @param onError called when a step failed; the next round tries it again.
 * @example
 * const time = new DeletionClock({ recorded: (instant) => journal.recordedTimes(instant) });
 * const stop = keepPruning(journal, time, { sagasMs: 30 * DAY_MS, keysMs: DAY_MS }, (error) => log.warn(error));
 */
export function keepPruning(
  journal: Pick<SqliteJournal, "prune">,
  time: PruningTime,
  { sagasMs, keysMs }: Retention,
  onError: (error: unknown) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function step() {
    timer = setTimeout(step, prune() ? PAUSE_MS : ROUND_MS);
    timer.unref();
  }
  function prune(): boolean {
    try {
      const now = time.now();
      return now !== undefined && journal.prune({ endedBefore: now - sagasMs, keysBefore: now - keysMs, limit: STEP_LIMIT });
    } catch (error) {
      onError(error);
      return false;
    }
  }
  step();
  return () => clearTimeout(timer);
}
