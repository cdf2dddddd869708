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

  /** How many alarms are set. */
  get waiting(): number {
    return this.#alarms.size;
  }

  /** Moves on to the next alarm, and rings it. */
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

  /** Changes the time at once, as when a machine slept: the alarms on the way are late. */
  jumpBy(ms: number): void {
    this.#now += ms;
  }

  /** Moves on by `ms` milliseconds, and rings the alarms on the way in order. */
  advanceBy(ms: number): void {
    const end = this.#now + ms;
    while ([...this.#alarms].some(({ instant }) => instant <= end)) this.advance();
    this.#now = end;
  }
}
