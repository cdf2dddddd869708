import type { FoundSaga, SagaEvent } from "saga-core";
import type { AppliedEvent } from "saga-core/engine";
import { EventList } from "../objects/event-list.ts";
import { partKey, RECORD_KEY, recordOf } from "../objects/saga-record.ts";
import { timings } from "../timings.ts";
import type { DriverContext } from "./driver-context.ts";

/** Writes a saga into its workflow's state, for those who look at it. */
export class RecordWriter {
  readonly #context: Pick<DriverContext, "set" | "request">;
  /** The events that are in no part yet. */
  readonly #events: EventList;
  #parts = 0;
  /** The saga's time and its last number when it was last written. */
  #written: { readonly at: number; readonly seq: number } | undefined;

  constructor(context: Pick<DriverContext, "set" | "request">, failureRecordsMax?: number) {
    this.#context = context;
    this.#events = new EventList(failureRecordsMax);
  }

  /** The saga's time when it was last written; undefined before. */
  get writtenAt(): number | undefined {
    return this.#written?.at;
  }

  /** All events, while they are few enough for one record: the workflow returns them to those who wait for its end. */
  get events(): readonly SagaEvent[] | undefined {
    return this.#parts === 0 ? this.#events.events : undefined;
  }

  /**
   * How many attempts in a row have failed at one call, if nothing else has happened to the saga since it was written; otherwise 0.
   *
   * @param seq the saga's last number.
   */
  failuresOnly(seq: number): number {
    const { count, records } = this.#events.failures;
    return this.#written !== undefined && seq - records <= this.#written.seq ? count : 0;
  }

  add(applied: AppliedEvent): void {
    this.#events.add(applied);
  }

  write(found: FoundSaga): void {
    const { updatedAt, seq } = found.saga;
    this.#written = { at: updatedAt, seq };
    // A part is written once: the failures that may still be compacted stay in the record.
    while (this.#events.settled > timings.eventsPerPart) {
      this.#context.set(partKey(this.#parts), this.#events.take(timings.eventsPerPart));
      this.#parts += 1;
    }
    const { events } = this.#events;
    this.#context.set(RECORD_KEY, recordOf(found, this.#context.request().id, { parts: this.#parts, events }));
  }
}
