import { clearTimeout, setTimeout } from "node:timers";
import type { Clock } from "saga-core";
import TinyQueue from "tinyqueue";
import { machineTime, type TimeSource } from "./time-source.ts";

interface Alarm {
  readonly instant: number;
  /** Undefined once it rang or was cancelled. */
  callback: (() => void) | undefined;
}

/** A jump of the wall clock is noticed within this time. */
const CHECK_MS_MAX = 1_000;
/** Cancelled alarms are removed when they outnumber the others, and are at least this many. */
const SWEEP_MIN = 1_000;

/**
 * A clock for timers that survive jumps of the wall clock. If the wall clock jumps forward, for instance because the machine slept, alarms
 * ring for the time that has passed. If it jumps back, this clock goes on as before until the wall clock catches up: time never goes back, and
 * never passes more slowly than it does, so that a participant's retention of a key is never taken for longer than it is.
 *
 * @example
 * const clock = new SystemClock();
 * const cancel = clock.wakeAt(clock.now() + 1_000, () => process.stdout.write("a second later\n"));
 */
export class SystemClock implements Clock {
  readonly #source: TimeSource;
  readonly #alarms = new TinyQueue<Alarm>([], (one, other) => one.instant - other.instant);
  #cancelled = 0;
  #now: number;
  #readAt: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;

  /** @param source default: `Date.now()` and `performance.now()`. */
  constructor(source: TimeSource = machineTime) {
    this.#source = source;
    this.#now = source.wall();
    this.#readAt = source.monotonic();
  }

  now(): number {
    const { wall, monotonic } = this.#source;
    const [wallNow, monotonicNow] = [wall(), monotonic()];
    const passed = monotonicNow - this.#readAt;
    this.#readAt = monotonicNow;
    this.#now = Math.max(wallNow, this.#now + passed);
    return Math.floor(this.#now);
  }

  wakeAt(instant: number, callback: () => void): () => void {
    const alarm: Alarm = { instant, callback };
    this.#alarms.push(alarm);
    this.#setTimer();
    return () => {
      if (!alarm.callback) return;
      alarm.callback = undefined;
      this.#cancelled += 1;
      this.#sweep();
    };
  }

  /** One timer serves all alarms: there may be a hundred thousand of them. */
  #setTimer(): void {
    const next = this.#alarms.peek();
    if (!next) {
      clearTimeout(this.#timer);
      this.#timerAt = Infinity;
      return;
    }
    const at = this.#source.monotonic() + Math.min(Math.max(0, next.instant - this.now()), CHECK_MS_MAX);
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#ring(), Math.max(0, Math.ceil(at - this.#source.monotonic())));
  }

  #ring(): void {
    this.#timerAt = Infinity;
    const now = this.now();
    for (let next = this.#alarms.peek(); next && next.instant <= now; next = this.#alarms.peek()) {
      this.#alarms.pop();
      const { callback } = next;
      next.callback = undefined;
      if (callback) callback();
      else this.#cancelled -= 1;
    }
    this.#setTimer();
  }

  #sweep(): void {
    while (this.#alarms.peek() && !this.#alarms.peek()?.callback) {
      this.#alarms.pop();
      this.#cancelled -= 1;
    }
    if (this.#alarms.length === 0) this.#setTimer();
    if (this.#cancelled < SWEEP_MIN || this.#cancelled * 2 < this.#alarms.length) return;
    const live = this.#alarms.data.filter(({ callback }) => callback);
    this.#alarms.data.length = 0;
    this.#alarms.length = 0;
    this.#cancelled = 0;
    for (const alarm of live) this.#alarms.push(alarm);
  }
}

/** The clock of this process. */
export const systemClock: Clock = new SystemClock();
