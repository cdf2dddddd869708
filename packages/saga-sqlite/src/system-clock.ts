import { clearTimeout, setTimeout } from "node:timers";
import type { Clock } from "saga-core";

/** The longest that a timer can wait for; a later instant is reached in several waits. */
const TIMER_MS_MAX = 2_147_483_647;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt: (instant, callback) => {
    let timer: ReturnType<typeof setTimeout>;
    const arm = () => {
      timer = setTimeout(check, Math.min(Math.max(0, instant - Date.now()), TIMER_MS_MAX));
    };
    // A timer may come a little early, and one beyond its reach comes much too early.
    const check = () => {
      if (Date.now() >= instant) callback();
      else arm();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
