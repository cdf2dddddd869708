/** A timer takes no more. */
const TIMER_MS_MAX = 2_147_483_647;
/** The first run comes a little late, so that a clock that is ahead by less needs no second one. */
const LATE_MS = 250;
const AGAIN_MS_MIN = 1_000;
const AGAIN_MS_MAX = 30_000;

/**
 * Runs a function at an instant, and again and again after it, less and less often: where the clock here is ahead, the first run comes too early.
 *
 * @param now the present instant, in epoch milliseconds.
 * @returns a function that ends it.
 */
export function repeatFrom(instant: number, run: () => void, now: () => number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let againMs = AGAIN_MS_MIN;
  const wait = (ms: number): void => {
    timer = setTimeout(go, Math.min(ms, TIMER_MS_MAX));
  };
  const untilMs = (): number => Math.max(instant - now(), 0) + LATE_MS;
  const go = (): void => {
    // A timer may not reach so far.
    if (instant > now()) {
      wait(untilMs());
      return;
    }
    wait(againMs);
    againMs = Math.min(againMs * 2, AGAIN_MS_MAX);
    run();
  };
  wait(untilMs());
  return () => clearTimeout(timer);
}
