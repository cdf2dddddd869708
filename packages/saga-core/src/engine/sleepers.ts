import type { Clock } from "../ports/clock.ts";

/** The sagas of this process that wait out of memory: each is read back when its time comes, or when what it waits for is there. */
export class Sleepers {
  readonly #clock: Clock;
  readonly #wake: (sagaId: string) => void;
  readonly #alarms = new Map<string, () => void>();

  constructor(clock: Clock, wake: (sagaId: string) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** @param until milliseconds since the epoch. */
  add(sagaId: string, until: number): void {
    this.forget(sagaId);
    this.#alarms.set(
      sagaId,
      this.#clock.wakeAt(until, () => this.#wake(sagaId)),
    );
  }

  has(sagaId: string): boolean {
    return this.#alarms.has(sagaId);
  }

  forget(sagaId: string): void {
    this.#alarms.get(sagaId)?.();
    this.#alarms.delete(sagaId);
  }

  clear(): void {
    for (const cancel of this.#alarms.values()) cancel();
    this.#alarms.clear();
  }
}
