import { JournalError, type JournalRecord } from "../ports/journal.ts";
import { type AppendedRecord, MemoryJournal } from "./memory-journal.ts";

/** A disk that stops after a number of records: later ones are appended, and lost in a crash. */
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

/** A disk that is full after a number of records, until `makeRoom`. */
export class FullJournal extends MemoryJournal {
  override failure: JournalError | undefined = undefined;
  #left: number;
  readonly #waiting: (() => void)[] = [];

  constructor(left: number) {
    super();
    this.#left = left;
  }

  override async begin(record: JournalRecord): Promise<void> {
    if (this.#left <= 0) {
      this.failure = new JournalError("disk full");
      throw this.failure;
    }
    await super.begin(record);
  }

  override append(record: JournalRecord): void {
    this.#left -= 1;
    super.append(record);
  }

  override durable(): Promise<void> {
    if (this.#left >= 0 && !this.failure) return super.durable();
    this.failure ??= new JournalError("disk full");
    return new Promise((resolve) => this.#waiting.push(() => resolve(super.durable())));
  }

  makeRoom(): void {
    this.#left = Number.MAX_SAFE_INTEGER;
    this.failure = undefined;
    for (const goOn of this.#waiting.splice(0)) goOn();
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
