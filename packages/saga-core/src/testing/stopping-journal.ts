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
