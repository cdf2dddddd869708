import { type Signal, signal } from "@preact/signals";
import type { SagaEvent } from "../api/replies.ts";

/** The events of one saga: those of the last read of its history, and those that a stream told of and that this read has not. */
export class EventLog {
  /** In order; undefined before the first read. */
  readonly events: Signal<readonly SagaEvent[] | undefined> = signal(undefined);
  #read: readonly SagaEvent[] | undefined;
  #streamed: readonly SagaEvent[] = [];

  /** Takes a read of the whole history. What came by the stream while it was read, and is newer, stays. */
  take(read: readonly SagaEvent[]): void {
    const last = lastOf(read);
    // A read that was overtaken by a later one says less than is known.
    if (this.#read && last < lastOf(this.#read)) return;
    this.#read = read;
    this.#streamed = this.#streamed.filter(({ seq }) => seq > last);
    this.#show();
  }

  /** Takes an event of the stream. One that is there already comes again where a stream begins at the start. */
  note(event: SagaEvent): void {
    if (this.#read && event.seq <= lastOf(this.#read)) return;
    if (this.#streamed.some(({ seq }) => seq === event.seq)) return;
    this.#streamed = [...this.#streamed, event].toSorted((one, other) => one.seq - other.seq);
    this.#show();
  }

  /**
   * Whether only a further read tells all: an event is missing between the read ones and those of the stream, or one of the stream stands for
   * several that were told before.
   */
  get hasGap(): boolean {
    if (!this.#read) return false;
    const last = lastOf(this.#read);
    return this.#streamed.some(({ seq, type }, index) => seq !== last + 1 + index || type === "compacted");
  }

  #show(): void {
    if (this.#read) this.events.value = this.#streamed.length === 0 ? this.#read : [...this.#read, ...this.#streamed];
  }
}

function lastOf(events: readonly SagaEvent[]): number {
  return events.at(-1)?.seq ?? 0;
}
