import { clearTimeout, setTimeout } from "node:timers";
import type { SqliteJournal } from "./sqlite-journal.ts";

/** Time from one step to the next, which takes about a millisecond. */
const PAUSE_MS = 200;
/** Time from the end of a round to the start of the next one. */
const ROUND_MS = 3_600_000;

/**
 * Verifies the whole journal in small steps, again and again. Returns a function that stops it.
 *
 * @param onError called when a step failed; the next round goes on there.
 * @example
 * const stop = keepVerifying(journal, (error) => log.warn(error));
 */
export function keepVerifying(journal: Pick<SqliteJournal, "verify">, onError: (error: unknown) => void): () => void {
  let timer = setTimeout(step, PAUSE_MS);
  timer.unref();
  function step() {
    timer = setTimeout(step, verify() ? PAUSE_MS : ROUND_MS);
    timer.unref();
  }
  function verify(): boolean {
    try {
      return journal.verify();
    } catch (error) {
      onError(error);
      return false;
    }
  }
  return () => clearTimeout(timer);
}
