import { clearTimeout, setTimeout } from "node:timers";
import type { Clock } from "saga-core";
import type { SqliteJournal } from "./sqlite-journal.ts";

/** For how long what has ended is kept. */
export interface Retention {
  /** From the end of a saga until it is deleted, in milliseconds. */
  readonly sagasMs: number;
  /** From the end of a saga until its Idempotency-Key may start another one, in milliseconds. */
  readonly keysMs: number;
}

/** So many sagas are looked at in one transaction, which takes milliseconds, and after a pause the next ones. */
const STEP_LIMIT = 200;
const PAUSE_MS = 100;
/** How long after the end of a round the next one begins. */
const ROUND_MS = 600_000;

/**
 * Deletes in small steps what has been kept for long enough. Returns a function that ends it.
 *
 * @param onError told when a step failed; it is tried again in the next round.
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
