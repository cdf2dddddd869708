import { clearTimeout, setTimeout } from "node:timers";
import type { Clock } from "saga-core";
import type { SqliteJournal } from "./sqlite-journal.ts";

/** How long sagas and keys are kept. */
export interface Retention {
  /** Milliseconds from the end of a saga until it is deleted. */
  readonly sagasMs: number;
  /** Milliseconds from the end of a saga until its Idempotency-Key may start another one. */
  readonly keysMs: number;
}

/** Sagas that one step looks at, in one transaction of some milliseconds, and the pause before the next step. */
const STEP_LIMIT = 200;
const PAUSE_MS = 100;
/** Time from the end of a round to the start of the next one. */
const ROUND_MS = 600_000;

/**
 * Deletes old sagas and keys in small steps, again and again. Returns a function that stops it.
 *
 * @param onError called when a step failed; the next round tries it again.
 * @example
 * const stop = keepPruning(journal, systemClock, { sagasMs: 30 * DAY_MS, keysMs: DAY_MS }, (error) => log.warn(error));
 */
export function keepPruning(
  journal: Pick<SqliteJournal, "prune">,
  clock: Clock,
  { sagasMs, keysMs }: Retention,
  onError: (error: unknown) => void,
): () => void {
  let timer = setTimeout(step, PAUSE_MS);
  timer.unref();
  function step() {
    timer = setTimeout(step, prune() ? PAUSE_MS : ROUND_MS);
    timer.unref();
  }
  function prune(): boolean {
    const now = clock.now();
    try {
      return journal.prune({ endedBefore: now - sagasMs, keysBefore: now - keysMs, limit: STEP_LIMIT });
    } catch (error) {
      onError(error);
      return false;
    }
  }
  return () => clearTimeout(timer);
}
