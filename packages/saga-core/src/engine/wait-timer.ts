import type { Clock } from "../ports/clock.ts";

/** A shorter wait stays in memory, in milliseconds: to read a saga back costs as much as its history is long. */
export const SLEEP_MS_MIN = 5_000;

/** The timer of a run: it waits for one instant at a time. A wait that is decided again for the same instant goes on. */
export class WaitTimer {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #waiting: { readonly until: number; readonly cancel: () => void } | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Waits until an instant (milliseconds since the epoch), unless it waits already. */
  set(until: number): void {
    this.#waiting ??= { until, cancel: this.#clock.wakeAt(until, () => this.#ring()) };
  }

  /** Ends any wait for another instant than this; any wait at all if there is none. */
  keepOnly(until?: number): void {
    if (this.#waiting?.until === until) return;
    this.#waiting?.cancel();
    this.#waiting = undefined;
  }

  #ring(): void {
    this.#waiting = undefined;
    this.#wake();
  }
}
