import type { JournalRecord } from "../ports/journal.ts";
import { type AppendedRecord, MemoryJournal } from "./memory-journal.ts";

/** A disk that stops after so many more records: what comes later is appended, acted upon where nothing waits for it, and lost. */
export class StoppingJournal extends MemoryJournal {
  #left: number;

  constructor(records: readonly AppendedRecord[], left: number) {
    super(records);
    this.#left = left;
  }

  override append(record: JournalRecord): void {
    this.#left -= 1;
    super.append(record);
  }

  override durable(): Promise<void> {
    return this.#left >= 0 ? super.durable() : new Promise(() => undefined);
  }
}

/** A disk that is full after so many records. */
export class FailingJournal extends MemoryJournal {
  #left: number;

  constructor(left: number) {
    super();
    this.#left = left;
  }

  override append(record: JournalRecord): void {
    this.#left -= 1;
    super.append(record);
  }

  override durable(): Promise<void> {
    return this.#left >= 0 ? super.durable() : Promise.reject(new Error("disk full"));
  }
}

/** A disk that takes its time. */
export class SlowJournal extends MemoryJournal {
  readonly #released = Promise.withResolvers<void>();

  release(): void {
    this.#released.resolve();
  }

  override async durable(): Promise<void> {
    await this.#released.promise;
    await super.durable();
  }
}
