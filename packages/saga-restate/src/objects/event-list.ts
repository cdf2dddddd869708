import type { SagaEvent } from "saga-core";
import { type AppliedEvent, Compactor, firstSeqOf } from "saga-core/engine";
import { timings } from "../timings.ts";

interface Held {
  readonly seq: number;
  readonly event: SagaEvent;
}

/** A saga's events, in order. One record stands for the repeated failures of a call (ADR 21), so that they stay few. */
export class EventList {
  readonly #compactor: Compactor;
  readonly #held: Held[] = [];

  /** @param failureRecordsMax how many records of one call's failures it holds before one stands for them. */
  constructor(failureRecordsMax: number = timings.failureRecordsMax) {
    this.#compactor = new Compactor({ saga: undefined }, failureRecordsMax);
  }

  get events(): readonly SagaEvent[] {
    return this.#held.map(({ event }) => event);
  }

  get length(): number {
    return this.#held.length;
  }

  /** How many of the first events stay as they are: those after them are failures that may still be compacted. */
  get settled(): number {
    return this.#held.length - (this.#compactor.range?.held ?? 0);
  }

  /** How many attempts in a row have failed at the call that it ends with, and how many records those and their waits were. */
  get failures(): { readonly count: number; readonly records: number } {
    return this.#compactor.range ?? { count: 0, records: 0 };
  }

  add(applied: AppliedEvent): void {
    const event = this.#compactor.record(applied);
    const { seq } = applied.saga;
    const first = firstSeqOf({ event, saga: applied.saga });
    while ((this.#held.at(-1)?.seq ?? 0) >= first) this.#held.pop();
    this.#held.push({ seq, event });
  }

  /** Removes the first events, and returns them. @param count at most `settled`. */
  take(count: number): readonly SagaEvent[] {
    return this.#held.splice(0, count).map(({ event }) => event);
  }
}
