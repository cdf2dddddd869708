import { setImmediate } from "node:timers";

/** Longest time that is waited while the event loop is busy. */
const BUSY_MS_MAX = 8;
/** A turn of the event loop that takes less had next to nothing to do. */
const IDLE_TURN_MS = 0.05;

/**
 * Calls back at the end of the first turn of the event loop that had next to nothing to do, or after 8 ms. It measures turns with
 * `performance.now()` and not with a `Clock`, which a test may stop while the event loop goes on.
 */
export function whenIdle(then: () => void): void {
  const requestedAt = performance.now();
  const wait = (lastTurnAt: number) => {
    setImmediate(() => {
      const now = performance.now();
      if (now - lastTurnAt <= IDLE_TURN_MS || now - requestedAt >= BUSY_MS_MAX) then();
      else wait(now);
    });
  };
  wait(requestedAt);
}
