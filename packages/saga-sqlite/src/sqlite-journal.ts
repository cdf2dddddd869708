import { clearInterval, setInterval } from "node:timers";
import { setImmediate } from "node:timers/promises";
import type { JournalError, Pause, SagaIndex } from "saga-core";
import {
  type CompactedRecord,
  type CorrelationQuery,
  firstSeqOf,
  type HolderQuery,
  type IndexedSaga,
  type Journal,
  type JournalRecord,
  type OpenPage,
  type OpenVersion,
  type RecordPage,
  type SagaQuery,
  type SearchOptions,
  type StoredRecord,
  waitingFor,
} from "saga-core/engine";
import { CorrelationTable } from "./correlation-table.ts";
import { GroupCommit } from "./group-commit.ts";
import { HolderSearch } from "./holder-search.ts";
import type { JournalFile } from "./journal-file.ts";
import { listSagas } from "./list-sagas.ts";
import { openJournal } from "./open-journal.ts";
import { PauseTable } from "./pause-table.ts";
import { type PruneOptions, Pruner, type RecordedTimes } from "./prune.ts";
import { readRecords } from "./read-records.ts";
import { RecordTable } from "./record-table.ts";
import { phaseColumnOf, SagaTable } from "./saga-table.ts";
import type { SqliteJournalOptions } from "./sqlite-journal-options.ts";
import { TermsTable } from "./terms-table.ts";
import { Verifier } from "./verify.ts";
import { listWith, openWith, versionsWith } from "./without-row.ts";

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
  readonly #correlations: CorrelationTable;
  readonly #pauses: PauseTable;
  readonly #terms: TermsTable;
  readonly #records: RecordTable;
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
      onCommit = ignore,
      accept,
    } = options;
    this.#file = openJournal(path, { accept, onMigration, onDamage, onNotice });
    this.#pauses = new PauseTable(this.#file);
    this.#terms = new TermsTable((sql) => this.#file.prepare(sql));
    this.#records = new RecordTable(this.#file.statements, this.#terms);
    const isPending = (id: string) => this.#commit.pending.of(id).length > 0;
    this.#correlations = new CorrelationTable((sql) => this.#file.prepare(sql), isPending);
    this.#pruner = new Pruner(this.#file, this.#correlations, isPending);
    const table = new SagaTable(this.#file.statements, () => this.#commit.writeLater());
    this.#table = table;
    this.#verifier = new Verifier(this.#file, { onDamage, lacksRow: (id) => table.lacksRow(id) });
    const write = (records: readonly JournalRecord[]) => this.#write(records);
    this.#commit = new GroupCommit({ table, write, sync: this.#sync, onFailure, onContradiction, onCommit });
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
    const begun = this.#commit.begin(record);
    if (record.claims) this.#correlations.note(record);
    return begun;
  }

  append(record: JournalRecord): void {
    this.#holders.note(record);
    if (record.claims) this.#correlations.note(record);
    this.#commit.append(record);
  }

  /** Only a row that is behind, or of an earlier release, is written: a start reads every saga that waits. */
  indexAgain(found: IndexedSaga): void {
    const { id, seq } = found.saga;
    const row = this.#file.read(() => this.#file.statements.indexedOf.get(id));
    // A row that an earlier release wrote has no phase.
    const isSame = row?.["waiting_for"] === (waitingFor(found.saga) ?? null) && row["phase"] === phaseColumnOf(found.saga);
    if (!isSame || Number(row["seq"]) < seq) this.#table.writeLater(found);
  }

  compact(id: string, records: readonly CompactedRecord[]): void {
    this.#commit.writeNow();
    if (this.#commit.failure) return;
    try {
      this.#file.transact(() => this.#records.compact(id, records));
    } catch {
      // They stay as they are, which is right too. A disk that cannot be written is reported when something must be.
    }
  }

  durable(id?: string): Promise<void> {
    return this.#commit.durable(id);
  }

  async load(id: string, { after, limit }: RecordPage): Promise<readonly StoredRecord[]> {
    // A long history is read a page in each turn of the event loop: others go on meanwhile.
    if (after > 0) await setImmediate();
    const pending = this.#commit.pending.of(id);
    // What a pending record stands for is still in the file.
    const until = Math.min(Number.MAX_SAFE_INTEGER, ...pending.map(firstSeqOf));
    const read = this.#file.read(() => readRecords(this.#file.statements, id, { after, limit, isWhole: pending.length === 0 }));
    const records = [
      ...read.filter(({ seq }) => seq < until).map((record) => this.#terms.restore(record)),
      ...pending.map(({ saga: { seq }, event }): StoredRecord => ({ seq, event: JSON.parse(JSON.stringify(event)) })),
    ];
    return records.filter(({ seq }) => seq > after).slice(0, limit);
  }

  async open(page: OpenPage): Promise<readonly string[]> {
    this.#writeAll();
    const { status, after = "", limit } = page;
    const rows = this.#file.read(() => this.#file.statements.open.all(status, after, limit));
    return openWith(
      rows.map(({ id }) => String(id)),
      this.#table.withoutRow,
      page,
    );
  }

  async openVersions(): Promise<readonly OpenVersion[]> {
    this.#writeAll();
    const rows = this.#file.read(() => this.#file.statements.openVersions.all());
    const versions = rows.map((row) => ({
      definition: String(row["definition"]),
      version: Number(row["version"]),
      fingerprint: String(row["fingerprint"]),
      example: String(row["example"]),
      running: Number(row["running"]),
    }));
    return versionsWith(versions, this.#table.withoutRow);
  }

  async idOfKey(idempotencyKey: string): Promise<string | undefined> {
    const pending = this.#commit.startWithKey(idempotencyKey);
    if (pending !== undefined) return pending;
    const id = this.#file.read(() => this.#file.statements.idOfKey.get(idempotencyKey))?.["id"];
    return typeof id === "string" ? id : undefined;
  }

  async holderOf(query: HolderQuery): Promise<string | undefined> {
    this.#writeAll();
    this.#refuseIfFailing();
    return await this.#holders.find(query, (sql, values) => this.#file.select(sql, values));
  }

  async holderOfCorrelation(query: CorrelationQuery): Promise<string | undefined> {
    return this.#file.read(() => this.#correlations.holderOf(query));
  }

  async list(query: SagaQuery, options: SearchOptions = {}): Promise<readonly string[]> {
    this.#writeAll();
    const ids = await listSagas(query, (sql, values) => this.#file.select(sql, values), options);
    return listWith(ids, this.#table.withoutRow, query);
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

  #write(records: readonly JournalRecord[]): number {
    const isFull = this.#table.isDue;
    let bytes = 0;
    this.#terms.begin();
    this.#file.commit(() => {
      bytes = this.#records.write(records);
      this.#correlations.write(records);
      this.#table.write(records);
      if (isFull) this.#file.statements.sealRecords.run(this.#verifier.isSuspicious ? 0 : 1);
    });
    this.#table.committed();
    this.#terms.committed();
    this.#correlations.committed(records);
    return bytes;
  }

  /** What was written to a file that is gone is not told as durable. */
  readonly #sync = {
    now: () => {
      this.#file.syncNow();
      this.#file.confirm();
    },
    inThread: async () => {
      await this.#file.sync();
      this.#file.confirm();
    },
  };

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
