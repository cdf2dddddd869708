import { observed } from "../observed.ts";
import type { Journal, JournalRecord } from "../ports/journal.ts";
import { Compactor, type RecordedSaga } from "../transition/compaction.ts";

interface Flush {
  readonly seq: number;
  readonly promise: Promise<void>;
}

/**
 * Writes a saga's records, compacted where they repeat a failure, and tracks which of them are durable. The disk is flushed only when a record must be durable, and a command
 * waits for the records that it needs and for no others (rule 5).
 */
export class DurableRecords {
  readonly #journal: Journal;
  /** Undefined until the saga begins. */
  #id: string | undefined;
  readonly #compactor: Compactor;
  #appended = 0;
  #durable = 0;
  #flushes: readonly Flush[] = [];
  #beginning: Promise<void> | undefined;

  /**
   * @param recorded the saga as it was read from the journal: this process may have appended its records a moment ago.
   * @param failureRecordsMax how many records of repeated failures the journal holds.
   */
  constructor(journal: Journal, recorded: RecordedSaga, failureRecordsMax: number | undefined) {
    const read = recorded.saga?.seq ?? 0;
    this.#journal = journal;
    this.#compactor = new Compactor(recorded, failureRecordsMax);
    this.#appended = read;
    this.#id = recorded.saga?.id;
    if (read > 0) void this.#await(read, journal.durable(this.#id));
  }

  get durableSeq(): number {
    return this.#durable;
  }

  /** Settles when the first record is durable, or cannot be written; undefined when it was not written here, or is durable. */
  get beginning(): Promise<void> | undefined {
    return this.#beginning;
  }

  /** Writes the first record. Rejects when it cannot be written: then there is no such saga. */
  async begin(record: JournalRecord): Promise<void> {
    this.#appended = 1;
    this.#id = record.saga.id;
    const begun = this.#await(1, this.#journal.begin(this.#compacted(record)));
    this.#beginning = begun;
    await begun;
    this.#beginning = undefined;
  }

  append(record: JournalRecord): void {
    this.#journal.append(this.#compacted(record));
    this.#appended = record.saga.seq;
  }

  /** Resolves when everything appended so far is durable. */
  flush(): Promise<void> {
    const latest = this.#flushes.at(-1);
    return latest?.seq === this.#appended ? latest.promise : this.#await(this.#appended, this.#journal.durable(this.#id));
  }

  /** Resolves when every record up to `seq` is durable; rejects when the saga could not begin. */
  async upTo(seq: number): Promise<void> {
    if (seq > 0 && this.#beginning !== undefined) await this.#beginning;
    if (seq <= this.#durable) return;
    await (this.#flushes.find((flush) => flush.seq >= seq)?.promise ?? this.flush());
  }

  #compacted(record: JournalRecord): JournalRecord {
    return { ...record, event: this.#compactor.record(record) };
  }

  #await(seq: number, durable: Promise<void>): Promise<void> {
    const written = durable.then(() => {
      this.#durable = Math.max(this.#durable, seq);
      this.#flushes = this.#flushes.filter((flush) => flush.seq > seq);
    });
    const promise = observed(written);
    this.#flushes = [...this.#flushes, { seq, promise }];
    return promise;
  }
}
