import { clearInterval, setInterval } from "node:timers";
import { setImmediate } from "node:timers/promises";
import type { JournalError, Pause, SagaIndex } from "saga-core";
import {
  type CompactedRecord,
  firstSeqOf,
  type HolderQuery,
  type Journal,
  type JournalRecord,
  type OpenPage,
  type OpenVersion,
  type RecordPage,
  type SagaQuery,
  type SearchOptions,
  type StoredRecord,
} from "saga-core/engine";
import { GroupCommit } from "./group-commit.ts";
import { HolderSearch } from "./holder-search.ts";
import type { JournalFile } from "./journal-file.ts";
import { listSagas } from "./list-sagas.ts";
import type { Accept } from "./mark.ts";
import { openJournal } from "./open-journal.ts";
import { PauseTable } from "./pause-table.ts";
import { type PruneOptions, Pruner, type RecordedTimes } from "./prune.ts";
import { readRecords } from "./read-records.ts";
import { SagaTable } from "./saga-table.ts";
import { sumOf } from "./sums.ts";
import { Verifier } from "./verify.ts";

export interface SqliteJournalOptions {
  /** Called when nothing can be written any more, and with undefined when it can be again. Default: nothing. */
  readonly onFailure?: (failure: JournalError | undefined) => void;
  /**
   * Called when the file contradicts what this process wrote: this process must stop, and the next one starts from the file. Default: nothing.
   */
  readonly onContradiction?: (error: JournalError) => void;
  /** Called with a sentence for each damage that is found, which names the saga or what else is damaged. Default: nothing. */
  readonly onDamage?: (damage: string) => void;
  /** Called before the file of an earlier version is migrated, which takes a while for a large file. Default: nothing. */
  readonly onMigration?: (fromVersion: number) => void;
  /**
   * Called with what an operator must know: that a new journal was made, what `accept` let through, or that the log grows because it cannot be
   * copied into the main file, and when it is copied again. Default: nothing.
   */
  readonly onNotice?: (notice: string) => void;
  /**
   * Lets one start through that would be refused (ADR 24): `restored` for a journal that has less than its last owner made durable, or that
   * was copied; `new` where no journal is left. Default: none is let through.
   */
  readonly accept?: Accept | undefined;
}

/** How often the files are looked at while nothing is written. */
const LOOK_MS = 250;

const ignore = () => undefined;

/**
 * The embedded journal and its index, in one SQLite file that this process owns alone (rule 10).
 *
 * @example
 * const journal = new SqliteJournal("./orchestrator.sqlite", { onFailure: (failure) => console.error(failure) });
 * const engine = new EmbeddedEngine({ journal, ...options });
 * await engine.resume();
 */
export class SqliteJournal implements Journal, SagaIndex {
  readonly #file: JournalFile;
  readonly #commit: GroupCommit;
  readonly #table: SagaTable;
  readonly #pauses: PauseTable;
  readonly #pruner: Pruner;
  readonly #verifier: Verifier;
  readonly #holders = new HolderSearch();
  readonly #looking: ReturnType<typeof setInterval>;

  /**
   * @throws JournalError when the file cannot be opened, has another owner, has less than its last owner made durable, or has a schema of a
   * newer version.
   */
  constructor(path: string, options: SqliteJournalOptions = {}) {
    const {
      onFailure = ignore,
      onContradiction = ignore,
      onMigration = ignore,
      onDamage = ignore,
      onNotice = ignore,
      accept,
    } = options;
    this.#file = openJournal(path, { accept, onMigration, onDamage, onNotice });
    this.#pauses = new PauseTable(this.#file);
    this.#pruner = new Pruner(this.#file);
    this.#verifier = new Verifier(this.#file, onDamage);
    const table = new SagaTable(this.#file.statements, () => this.#commit.writeLater());
    this.#table = table;
    const write = (records: readonly JournalRecord[]) => this.#write(records);
    const confirm = () => this.#file.confirm();
    this.#commit = new GroupCommit({ table, write, confirm, onFailure, onContradiction });
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
    this.#looking.unref();
  }

  get failure(): JournalError | undefined {
    return this.#commit.failure;
  }

  /** Looks whether the files are still in their place, and gives the failure after that. A look costs some 30 µs. */
  failureNow(): JournalError | undefined {
    this.#look();
    return this.failure;
  }

  begin(record: JournalRecord): Promise<void> {
    this.#holders.note(record);
    return this.#commit.begin(record);
  }

  append(record: JournalRecord): void {
    this.#holders.note(record);
    this.#commit.append(record);
  }

  compact(id: string, records: readonly CompactedRecord[]): void {
    this.#commit.writeNow();
    if (this.#commit.failure) return;
    const { deleteCompacted, replaceRecord } = this.#file.statements;
    const write = (seq: number, text: string) => replaceRecord.run(text, sumOf(id, seq, text), id, seq);
    try {
      this.#file.transact(() => {
        // The last of them stays: the newest record is not deleted, and no rowid is given out again.
        for (const { seq, event } of records) {
          deleteCompacted.run(id, seq - event.records + 1, seq);
          write(seq, JSON.stringify(event));
        }
      });
    } catch {
      // They stay as they are, which is right too. A disk that cannot be written is reported when something must be.
    }
  }

  durable(): Promise<void> {
    return this.#commit.durable();
  }

  async load(id: string, { after, limit }: RecordPage): Promise<readonly StoredRecord[]> {
    // A long history is read a page in each turn of the event loop: others go on meanwhile.
    if (after > 0) await setImmediate();
    const pending = this.#commit.pending.filter(({ saga }) => saga.id === id);
    // What a pending record stands for is still in the file.
    const until = Math.min(Number.MAX_SAFE_INTEGER, ...pending.map(firstSeqOf));
    const records = [
      ...this.#file.read(() => readRecords(this.#file.statements, id, { after, until, limit })),
      ...pending.map(({ saga: { seq }, event }): StoredRecord => ({ seq, event: JSON.parse(JSON.stringify(event)) })),
    ];
    return records.filter(({ seq }) => seq > after).slice(0, limit);
  }

  async open({ status, after = "", limit }: OpenPage): Promise<readonly string[]> {
    this.#writeAll();
    return this.#file.read(() => this.#file.statements.open.all(status, after, limit)).map(({ id }) => String(id));
  }

  async openVersions(): Promise<readonly OpenVersion[]> {
    this.#writeAll();
    return this.#file
      .read(() => this.#file.statements.openVersions.all())
      .map((row) => ({
        definition: String(row["definition"]),
        version: Number(row["version"]),
        fingerprint: String(row["fingerprint"]),
        example: String(row["example"]),
        running: Number(row["running"]),
      }));
  }

  async idOfKey(idempotencyKey: string): Promise<string | undefined> {
    const pending = this.#commit.pending.find(({ saga }) => saga.idempotencyKey === idempotencyKey);
    if (pending) return pending.saga.id;
    const id = this.#file.read(() => this.#file.statements.idOfKey.get(idempotencyKey))?.["id"];
    return typeof id === "string" ? id : undefined;
  }

  async holderOf(query: HolderQuery): Promise<string | undefined> {
    this.#writeAll();
    this.#refuseIfFailing();
    return await this.#holders.find(query, (sql, values) => this.#file.select(sql, values));
  }

  async list(query: SagaQuery, options: SearchOptions = {}): Promise<readonly string[]> {
    this.#writeAll();
    return await listSagas(query, (sql, values) => this.#file.select(sql, values), options);
  }

  async pauses(): Promise<readonly Pause[]> {
    return this.#pauses.all;
  }

  async pause(pause: Pause): Promise<void> {
    this.#refuseIfFailing();
    this.#pauses.pause(pause);
  }

  async endPause(definition: string): Promise<void> {
    this.#refuseIfFailing();
    this.#pauses.endPause(definition);
  }

  /**
   * Deletes the next few sagas that ended before an instant, and the Idempotency-Keys of those that ended before another. Returns whether
   * there may be more; the next call goes on from there.
   *
   * @throws JournalError when the journal cannot be read or written at present.
   */
  prune(options: PruneOptions): boolean {
    this.#refuseIfFailing();
    return this.#pruner.prune(options);
  }

  /**
   * The times at which sagas changed last that are next to an instant, in milliseconds since the epoch. A clock that is far ahead of them may
   * be wrong.
   *
   * @throws JournalError when the journal cannot be read at present.
   */
  recordedTimes(instant: number): RecordedTimes {
    return this.#pruner.recordedTimes(instant);
  }

  /**
   * Verifies the next few sagas and records, and quarantines what is damaged. Returns whether there is more in this round; the next call goes on
   * from there.
   *
   * @throws JournalError when the journal cannot be read or written at present.
   */
  verify(): boolean {
    this.#refuseIfFailing();
    return this.#verifier.step();
  }

  /** Makes the pending records durable, where that is possible, and closes the file. */
  close(): void {
    clearInterval(this.#looking);
    this.#look();
    this.#table.makeDue();
    this.#commit.close();
    this.#table.close();
    this.#file.close();
  }

  /** The index then has everything that was appended. */
  #writeAll(): void {
    this.#table.makeDue();
    this.#commit.writeNow();
  }

  #write(records: readonly JournalRecord[]): void {
    const isFull = this.#table.isDue;
    this.#file.transact(() => {
      for (const { saga, event } of records) {
        const first = firstSeqOf({ event, saga });
        if (first < saga.seq) {
          this.#file.statements.deleteCompacted.run(saga.id, first, saga.seq);
          this.#file.statements.lowerSeal.run();
        }
        const text = JSON.stringify(event);
        this.#file.statements.insertRecord.run(saga.id, saga.seq, text, sumOf(saga.id, saga.seq, text));
      }
      this.#table.write(records);
      if (isFull) this.#file.statements.sealRecords.run(this.#verifier.isSuspicious ? 0 : 1);
    });
    this.#table.committed();
  }

  #look(): void {
    try {
      this.#file.look();
    } catch (cause) {
      this.#commit.suspect(cause);
    }
  }

  #refuseIfFailing(): void {
    if (this.#commit.failure) throw this.#commit.failure;
  }
}
