import { clearTimeout, setTimeout } from "node:timers";
import type { Clock } from "saga-core";

/** The longest that a timer can wait for; a later instant is reached in several waits. */
const TIMER_MS_MAX = 2_147_483_647;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt: (instant, callback) => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      const left = instant - Date.now();
      timer = left > TIMER_MS_MAX ? setTimeout(wait, TIMER_MS_MAX) : setTimeout(callback, Math.max(0, left));
    };
    wait();
    return () => clearTimeout(timer);
  },
};
