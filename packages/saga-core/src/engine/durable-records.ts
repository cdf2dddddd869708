import { observed } from "../observed.ts";
import type { Journal } from "../ports/journal.ts";

interface Flush {
  readonly seq: number;
  readonly promise: Promise<void>;
}

/**
 * Which of a saga's records are durable already. The disk is asked for only when somebody needs a record to be durable, and a
 * command waits for the records that it needs and for no others (rule 5).
 */
export class DurableRecords {
  readonly #journal: Journal;
  #appended = 0;
  #durable = 0;
  #flushes: readonly Flush[] = [];
  #begun: Promise<void> | undefined;

  /** @param read how many records were read back: in this process they may have been appended a moment ago. */
  constructor(journal: Journal, read: number) {
    this.#journal = journal;
    this.#appended = read;
    if (read > 0) void this.#await(read, journal.durable());
  }

  get durableSeq(): number {
    return this.#durable;
  }

  /** Notes that a record was appended. */
  appended(seq: number): void {
    this.#appended = seq;
  }

  /** Notes that the first record was appended, and when it is durable. */
  begun(durable: Promise<void>): Promise<void> {
    this.#appended = 1;
    const begun = this.#await(1, durable);
    this.#begun = begun;
    begun.then(
      () => {
        this.#begun = undefined;
      },
      () => undefined,
    );
    return begun;
  }

  /** Asks for everything appended so far to be durable. */
  flush(): Promise<void> {
    const latest = this.#flushes.at(-1);
    return latest?.seq === this.#appended ? latest.promise : this.#await(this.#appended, this.#journal.durable());
  }

  /** Resolves when every record up to `seq` is durable; rejects when the saga could not begin. */
  async upTo(seq: number): Promise<void> {
    if (seq > 0 && this.#begun !== undefined) await this.#begun;
    if (seq <= this.#durable) return;
    await (this.#flushes.find((flush) => flush.seq >= seq)?.promise ?? this.flush());
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
