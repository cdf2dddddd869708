import { clearTimeout, setTimeout } from "node:timers";
import type { Clock } from "saga-core";
import TinyQueue from "tinyqueue";

interface Alarm {
  readonly instant: number;
  /** Undefined once it was called off. */
  callback: (() => void) | undefined;
}

/** What a clock of ours is made of. */
export interface TimeSource {
  /** Milliseconds since the epoch, as the machine has it: it may jump. */
  readonly wall: () => number;
  /** Milliseconds since some instant: it never jumps. */
  readonly monotonic: () => number;
}

/** How late a jump of the machine's clock is noticed. */
const CHECK_MS_MAX = 1_000;
/** Alarms that were called off are swept out when there are more of them than others, and at least so many. */
const SWEEP_MIN = 1_000;

/**
 * The clock of the machine, for timers that survive its jumps. When it jumps forward, time has passed, and whoever waited for it is woken: a
 * machine that slept, a key that expired meanwhile. When it jumps back, time stands not still and goes not back: ours then goes on at half
 * speed until the machine's has caught up, so that a wait takes twice as long at most.
 */
export class SystemClock implements Clock {
  readonly #source: TimeSource;
  readonly #alarms = new TinyQueue<Alarm>([], (one, other) => one.instant - other.instant);
  #calledOff = 0;
  #now: number;
  #readAt: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;

  constructor(source: TimeSource = { wall: () => Date.now(), monotonic: () => performance.now() }) {
    this.#source = source;
    this.#now = source.wall();
    this.#readAt = source.monotonic();
  }

  now(): number {
    const { wall, monotonic } = this.#source;
    const [wallNow, monotonicNow] = [wall(), monotonic()];
    const passed = monotonicNow - this.#readAt;
    this.#readAt = monotonicNow;
    this.#now = Math.max(wallNow, this.#now + passed / 2);
    return Math.floor(this.#now);
  }

  wakeAt(instant: number, callback: () => void): () => void {
    const alarm: Alarm = { instant, callback };
    this.#alarms.push(alarm);
    this.#arm();
    return () => {
      if (!alarm.callback) return;
      alarm.callback = undefined;
      this.#calledOff += 1;
      this.#sweep();
    };
  }

  /** One timer for all alarms: there may be a hundred thousand of them. */
  #arm(): void {
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
      else this.#calledOff -= 1;
    }
    this.#arm();
  }

  #sweep(): void {
    while (this.#alarms.peek() && !this.#alarms.peek()?.callback) {
      this.#alarms.pop();
      this.#calledOff -= 1;
    }
    if (this.#alarms.length === 0) this.#arm();
    if (this.#calledOff < SWEEP_MIN || this.#calledOff * 2 < this.#alarms.length) return;
    const left = this.#alarms.data.filter(({ callback }) => callback);
    this.#alarms.data.length = 0;
    this.#alarms.length = 0;
    this.#calledOff = 0;
    for (const alarm of left) this.#alarms.push(alarm);
  }
}

/** The clock of this process. */
export const systemClock: Clock = new SystemClock();
