import type { Clock } from "../ports/clock.ts";

/** The clock of a run as one process has it: its timers die with the process. */
export class ProcessClock implements Clock {
  readonly #clock: Clock;
  readonly #cancels = new Map<object, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#cancels.size;
  }

  now(): number {
    return this.#clock.now();
  }

  wakeAt(instant: number, callback: () => void): () => void {
    const timer = {};
    const forget = this.#clock.wakeAt(instant, () => {
      this.#cancels.delete(timer);
      callback();
    });
    const cancel = () => {
      this.#cancels.delete(timer);
      forget();
    };
    this.#cancels.set(timer, cancel);
    return cancel;
  }

  kill(): void {
    for (const cancel of [...this.#cancels.values()]) cancel();
  }
}
