import type { Caller, Queued, Waiter } from "./gate-call.ts";

/** Those who wait for a place at a participant, the saga that started first at the head. Each has one key: its call, or else its saga's id. */
export class WaitingLine {
  #waiters: Waiter[] = [];
  readonly #byKey = new Map<Queued | string, Waiter>();

  get size(): number {
    return this.#waiters.length;
  }

  get first(): Waiter | undefined {
    return this.#waiters[0];
  }

  /** Whether a caller that comes now would be at the head. */
  isAhead({ startedAt }: Caller): boolean {
    const { first } = this;
    return first === undefined || startedAt < first.caller.startedAt;
  }

  /** Adds one behind those that started at the same time. */
  add(waiter: Waiter): void {
    this.#waiters.splice(this.#placeAfter(waiter.caller.startedAt), 0, waiter);
    this.#byKey.set(keyOf(waiter), waiter);
  }

  /** Adds many at once. */
  addAll(waiters: readonly Waiter[]): void {
    if (waiters.length === 0) return;
    this.#waiters = [...this.#waiters, ...waiters].sort((one, other) => one.caller.startedAt - other.caller.startedAt);
    for (const waiter of waiters) this.#byKey.set(keyOf(waiter), waiter);
  }

  /** Removes one, if it is there. */
  delete(key: Queued | string): void {
    const waiter = this.#byKey.get(key);
    if (!waiter) return;
    this.#byKey.delete(key);
    const { startedAt } = waiter.caller;
    this.#waiters.splice(this.#waiters.lastIndexOf(waiter, this.#placeAfter(startedAt)), 1);
  }

  /** Removes the one at the head, and gives it. */
  shift(): Waiter | undefined {
    const waiter = this.#waiters.shift();
    if (waiter) this.#byKey.delete(keyOf(waiter));
    return waiter;
  }

  /** Removes those that match, and gives them. */
  remove(matches: (waiter: Waiter) => boolean): readonly Waiter[] {
    const removed = this.#waiters.filter(matches);
    for (const waiter of removed) this.#byKey.delete(keyOf(waiter));
    if (removed.length > 0) this.#waiters = this.#waiters.filter((waiter) => this.#byKey.has(keyOf(waiter)));
    return removed;
  }

  /** The place behind all that started no later. Most callers are the youngest: their place is the last. */
  #placeAfter(startedAt: number): number {
    let from = 0;
    let to = this.#waiters.length;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      const waiter = this.#waiters[middle];
      if (waiter && waiter.caller.startedAt <= startedAt) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

function keyOf({ caller, call }: Waiter): Queued | string {
  return call ?? caller.sagaId;
}
