import type { CorrelationQuery, HolderQuery, Journal, JournalRecord } from "../ports/journal.ts";
import { type AppendedRecord, appendedRecord, MemoryJournal } from "../testing/memory-journal.ts";

/** A journal whose disk writes when the simulation says so. */
export class SimulatedJournal extends MemoryJournal {
  #pending: (() => void)[] = [];
  #unflushed: AppendedRecord[] = [];
  readonly #durable: AppendedRecord[];
  readonly #holderOf: Journal["holderOf"];

  readonly #correlationHolder: (query: CorrelationQuery) => string | undefined;

  /**
   * @param holderOf answers for the other sagas: this journal has the records of one.
   * @param correlationHolder the other saga that claimed a correlation first.
   */
  constructor(
    durable: readonly AppendedRecord[],
    holderOf: Journal["holderOf"],
    correlationHolder: (query: CorrelationQuery) => string | undefined = () => undefined,
  ) {
    super(durable);
    this.#durable = [...durable];
    this.#holderOf = holderOf;
    this.#correlationHolder = correlationHolder;
  }

  override async holderOfCorrelation(query: CorrelationQuery): Promise<string | undefined> {
    return this.#correlationHolder(query) ?? (await super.holderOfCorrelation(query));
  }

  override holderOf(query: HolderQuery): Promise<string | undefined> {
    return this.#holderOf(query);
  }

  override get durableRecords(): readonly AppendedRecord[] {
    return this.#durable;
  }

  /** What a crash would lose. */
  get unflushed(): readonly AppendedRecord[] {
    return this.#unflushed;
  }

  override append(record: JournalRecord): void {
    super.append(record);
    this.#unflushed.push(appendedRecord(record));
  }

  override durable(): Promise<void> {
    if (this.#unflushed.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#pending.push(resolve));
  }

  /** Writes everything appended so far. */
  flush(): void {
    this.#durable.push(...this.#unflushed);
    this.#unflushed = [];
    const pending = this.#pending;
    this.#pending = [];
    for (const resolve of pending) resolve();
  }

  /** The records that a restart finds if the process dies now, after `kept` more records reached the disk. */
  recordsAfterCrash(kept: number): readonly AppendedRecord[] {
    return [...this.#durable, ...this.#unflushed.slice(0, kept)];
  }
}
