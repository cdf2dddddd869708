import type { FoundSaga, SagaEvent } from "saga-core";
import { partKey, RECORD_KEY, recordOf } from "../objects/saga-record.ts";
import { timings } from "../timings.ts";
import type { DriverContext } from "./driver-context.ts";

/** Writes a saga into its workflow's state, for those who look at it. */
export class RecordWriter {
  readonly #context: Pick<DriverContext, "set" | "request">;
  /** The events that are in no part yet. */
  readonly #events: SagaEvent[] = [];
  #parts = 0;
  #writtenAt: number | undefined;

  constructor(context: Pick<DriverContext, "set" | "request">) {
    this.#context = context;
  }

  /** The saga's time when it was last written; undefined before. */
  get writtenAt(): number | undefined {
    return this.#writtenAt;
  }

  /** All events, while they are few enough for one record: the workflow returns them to those who wait for its end. */
  get events(): readonly SagaEvent[] | undefined {
    return this.#parts === 0 ? this.#events : undefined;
  }

  add(event: SagaEvent): void {
    this.#events.push(event);
  }

  write(found: FoundSaga): void {
    this.#writtenAt = found.saga.updatedAt;
    while (this.#events.length > timings.eventsPerPart) {
      this.#context.set(partKey(this.#parts), this.#events.splice(0, timings.eventsPerPart));
      this.#parts += 1;
    }
    this.#context.set(RECORD_KEY, recordOf(found, this.#context.request().id, { parts: this.#parts, events: this.#events }));
  }
}
