import type { Clock } from "../ports/clock.ts";

interface Alarm {
  readonly instant: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class SimulatedClock implements Clock {
  #now: number;
  readonly #alarms = new Set<Alarm>();

  constructor(now = 1_767_225_600_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  wakeAt(instant: number, callback: () => void): () => void {
    const alarm = { instant, callback };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  get isWaiting(): boolean {
    return this.waiting > 0;
  }

  /** How many wait for an instant. */
  get waiting(): number {
    return this.#alarms.size;
  }

  /** Moves on to the next instant that somebody waits for, and wakes them. */
  advance(): void {
    const next = [...this.#alarms].reduce<Alarm | undefined>(
      (first, alarm) => (first && first.instant <= alarm.instant ? first : alarm),
      undefined,
    );
    if (!next) return;
    this.#alarms.delete(next);
    this.#now = Math.max(this.#now, next.instant);
    next.callback();
  }

  /** The time is another one at once, as when a machine slept: whoever waited for an instant on the way is late. */
  jumpBy(ms: number): void {
    this.#now += ms;
  }

  /** Moves on by so many milliseconds, waking in order whoever waits for an instant on the way. */
  advanceBy(ms: number): void {
    const end = this.#now + ms;
    while ([...this.#alarms].some(({ instant }) => instant <= end)) this.advance();
    this.#now = end;
  }
}
