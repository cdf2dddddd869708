import type { Clock } from "../ports/clock.ts";

const nothing = () => undefined;

/** The timers of the sagas that sleep: of this process, and out of memory. */
export class WakeTimers {
  readonly #clock: Clock;
  readonly #wake: (sagaId: string) => void;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock, wake: (sagaId: string) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** @param until milliseconds since the epoch; infinite for a saga that only something from outside wakes. */
  set(sagaId: string, until: number): void {
    this.cancel(sagaId);
    this.#cancels.set(sagaId, until === Infinity ? nothing : this.#clock.wakeAt(until, () => this.#wake(sagaId)));
  }

  /** Whether the saga sleeps. It does until it is cancelled, also when its time has come. */
  has(sagaId: string): boolean {
    return this.#cancels.has(sagaId);
  }

  cancel(sagaId: string): void {
    this.#cancels.get(sagaId)?.();
    this.#cancels.delete(sagaId);
  }

  cancelAll(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
