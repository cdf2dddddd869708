import { DatabaseSync } from "node:sqlite";
import { clearTimeout, setImmediate, setTimeout } from "node:timers";
import {
  type Journal,
  JournalError,
  type JournalRecord,
  type OpenPage,
  type OpenVersion,
  type Pause,
  type SagaIndex,
  type SagaQuery,
} from "saga-core";
import { listSagas } from "./list-sagas.ts";
import { OwnerLock } from "./owner-lock.ts";
import { SagaTable } from "./saga-table.ts";
import { prepareSchema, SCHEMA_VERSION } from "./schema.ts";
import { prepareStatements, type Statements } from "./statements.ts";

export interface SqliteJournalOptions {
  /** Told when nothing can be written any more, and with undefined when it can be again. */
  readonly onFailure?: (failure: JournalError | undefined) => void;
  /** Told that the file contradicts what this process knows to have written: it must not go on, and the next one starts from the file. */
  readonly onContradiction?: (error: JournalError) => void;
  /** Told before a file of an earlier version is brought to the present one, which takes a while where it is large. */
  readonly onMigration?: (fromVersion: number) => void;
}

/** After how long a record is written whose durability nobody waits for, unless it went along with others: each write of its own costs an fsync. */
const LAZY_MS = 50;
/** After how long the table of sagas has where a running one stands. */
const INDEX_MS = 2_000;
/** So long whoever waits for the disk lets the event loop go on with what it has at hand, which may bring more to write. */
const BUSY_MS_MAX = 8;
/** A turn of the event loop that takes less had next to nothing to do. */
const IDLE_TURN_MS = 0.05;
/** After so many of them in a row it has nothing to do: one or two come between what is at hand for several sagas. */
const IDLE_TURNS = 5;
/** How often a journal that cannot be written is tried again. */
const RETRY_MS = 500;
/** How long another process that looks into the file may hold up a write. */
const BUSY_MS = 100;
/** After so many pages the write-ahead log is copied into the file, which stops the event loop for some milliseconds. */
const CHECKPOINT_PAGES = 4_000;
/** What the write-ahead log may keep on the disk when it has been emptied. */
const LOG_BYTES_MAX = 67_108_864;

/** https://sqlite.org/rescode.html */
const SQLITE_CONSTRAINT = 19;
const SQLITE_IOERR_FSYNC = 1034;

/**
 * The embedded journal and its index, in one SQLite file that this process owns alone (rule 10). What was appended is written when
 * somebody waits for it to be durable: when the event loop has done what it had at hand, in one transaction, so that the disk is waited for
 * once for all sagas that went on meanwhile.
 */
export class SqliteJournal implements Journal, SagaIndex {
  readonly #lock: OwnerLock;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #options: SqliteJournalOptions;
  #pending: JournalRecord[] = [];
  /** The sagas among them that begin. */
  #begins = new Map<string, PromiseWithResolvers<void>>();
  #flush: PromiseWithResolvers<void> | undefined;
  readonly #table: SagaTable;
  #isScheduled = false;
  /** When the oldest record came that is not written yet, by `performance.now()`. */
  #pendingSince = 0;
  #lazy: ReturnType<typeof setTimeout> | undefined;
  #indexing: ReturnType<typeof setTimeout> | undefined;
  #failure: JournalError | undefined;
  /** An fsync failed, and nothing was written since: what was to be written may be found after a crash. */
  #isInDoubt = false;
  /** Sagas that could not begin: nothing of them is written. */
  readonly #refused = new Set<string>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** How far the present round of pruning has come. */
  #pruned = "";

  /** @throws JournalError when the file cannot be opened, is owned by another process, or has a schema that is not known. */
  constructor(path: string, options: SqliteJournalOptions = {}) {
    this.#options = options;
    const { lock, database } = open(path, options.onMigration ?? (() => undefined));
    this.#lock = lock;
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.#table = new SagaTable(this.#statements);
  }

  get failure(): JournalError | undefined {
    return this.#failure;
  }

  begin(record: JournalRecord): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    const begun = Promise.withResolvers<void>();
    this.#begins.set(record.saga.id, begun);
    this.append(record);
    this.#requestFlush();
    return begun.promise;
  }

  append(record: JournalRecord): void {
    if (this.#refused.has(record.saga.id)) return;
    if (this.#pending.length === 0) this.#pendingSince = performance.now();
    this.#pending.push(record);
    this.#lazy ??= setTimeout(() => this.#writeLate(), LAZY_MS);
  }

  durable(): Promise<void> {
    return this.#pending.length === 0 && !this.#failure ? Promise.resolve() : this.#requestFlush().promise;
  }

  async load(id: string): Promise<readonly unknown[] | undefined> {
    const written = this.#read(() => this.#statements.load.all(id)).map(({ event }) => parseRecord(String(event)));
    const pending = this.#pending
      .filter(({ saga }) => saga.id === id)
      .map(({ event }): unknown => JSON.parse(JSON.stringify(event)));
    const records = [...written, ...pending];
    return records.length === 0 ? undefined : records;
  }

  async open({ status, after = "", limit }: OpenPage): Promise<readonly string[]> {
    this.#writeAll();
    return this.#read(() => this.#statements.open.all(status, after, limit)).map(({ id }) => String(id));
  }

  async openVersions(): Promise<readonly OpenVersion[]> {
    this.#writeAll();
    return this.#read(() => this.#statements.openVersions.all()).map((row) => ({
      definition: String(row["definition"]),
      version: Number(row["version"]),
      fingerprint: String(row["fingerprint"]),
      example: String(row["example"]),
      running: Number(row["running"]),
    }));
  }

  async idOfKey(idempotencyKey: string): Promise<string | undefined> {
    const pending = this.#pending.find(({ saga }) => saga.idempotencyKey === idempotencyKey);
    if (pending) return pending.saga.id;
    const id = this.#read(() => this.#statements.idOfKey.get(idempotencyKey))?.["id"];
    return typeof id === "string" ? id : undefined;
  }

  async list(query: SagaQuery): Promise<readonly string[]> {
    this.#writeAll();
    return await listSagas(query, (sql, values) => this.#read(() => this.#database.prepare(sql).all(...values)));
  }

  async pauses(): Promise<readonly Pause[]> {
    return this.#read(() => this.#statements.pauses.all()).map(({ definition, at, asked_by: by, note }) => ({
      definition: String(definition),
      at: Number(at),
      ...(by !== null && { by: String(by) }),
      ...(note !== null && { note: String(note) }),
    }));
  }

  async pause({ definition, at, by, note }: Pause): Promise<void> {
    this.#change("paused", () => this.#statements.pause.run(definition, at, by ?? null, note ?? null));
  }

  async endPause(definition: string): Promise<void> {
    this.#change("resumed", () => this.#statements.endPause.run(definition));
  }

  #change(what: string, change: () => void): void {
    if (this.#failure) throw this.#failure;
    try {
      this.#transact(change);
    } catch (cause) {
      throw new JournalError(`The definition cannot be ${what} at present (${reasonOf(cause)}).`, { cause });
    }
  }

  /**
   * Forgets the next few sagas that ended before an instant, and the keys of those that ended before another. Gives whether there may be
   * more: the next call goes on from there.
   *
   * @throws JournalError when the journal cannot be read or written at present.
   */
  prune({ endedBefore, keysBefore, limit }: PruneOptions): boolean {
    if (this.#failure) throw this.#failure;
    const rows = this.#read(() => this.#statements.oldest.all(this.#pruned, limit));
    const due = rows.filter(({ created_at }) => Number(created_at) < Math.max(endedBefore, keysBefore));
    const ended = due.filter(({ status }) => status === "completed" || status === "cancelled");
    const dead = ended.filter(({ updated_at }) => Number(updated_at) < endedBefore).map(({ id }) => String(id));
    const forgotten = ended
      .filter(({ updated_at, idempotency_key }) => Number(updated_at) < keysBefore && idempotency_key !== null)
      .map(({ id }) => String(id));
    if (dead.length + forgotten.length > 0) this.#delete(dead, forgotten);
    const isMore = due.length > 0 && rows.length === limit;
    this.#pruned = isMore ? String(rows.at(-1)?.["id"]) : "";
    return isMore;
  }

  #delete(dead: readonly string[], forgotten: readonly string[]): void {
    const { deleteRecords, deleteSaga, forgetKey } = this.#statements;
    try {
      this.#transact(() => {
        for (const id of forgotten) forgetKey.run(id);
        for (const id of dead) deleteRecords.run(id);
        for (const id of dead) deleteSaga.run(id);
      });
    } catch (cause) {
      throw new JournalError(`The journal cannot be pruned at present (${reasonOf(cause)}).`, { cause });
    }
  }

  /** Makes durable what was appended, where that is possible, and closes the file. */
  close(): void {
    this.#writeAll();
    for (const timer of [this.#lazy, this.#indexing, this.#retry]) clearTimeout(timer);
    this.#database.close();
    this.#lock.release();
  }

  /** What nobody waits for is written too before long, unless it went along with what somebody waited for. */
  #writeLate(): void {
    this.#lazy = undefined;
    if (this.#failure || (this.#pending.length === 0 && !this.#table.isDue)) return;
    const age = performance.now() - this.#pendingSince;
    if (age >= LAZY_MS || this.#table.isDue) this.#write();
    else this.#lazy = setTimeout(() => this.#writeLate(), LAZY_MS - age);
  }

  #requestFlush(): PromiseWithResolvers<void> {
    this.#flush ??= Promise.withResolvers<void>();
    if (!this.#isScheduled && !this.#failure) {
      this.#isScheduled = true;
      this.#commitWhenIdle(performance.now());
    }
    return this.#flush;
  }

  /** At the end of this turn of the event loop, or of the following ones as long as they do something: an idle loop waits for nothing. */
  #commitWhenIdle(requestedAt: number, lastTurnAt = requestedAt, idleTurns = 0): void {
    setImmediate(() => {
      const now = performance.now();
      const idle = now - lastTurnAt > IDLE_TURN_MS ? 0 : idleTurns + 1;
      // Where one saga runs, what it waits for is all there is to come.
      const isOnly = this.#begins.size + this.#table.behind <= 1;
      if (idle < (isOnly ? 1 : IDLE_TURNS) && now - requestedAt < BUSY_MS_MAX) this.#commitWhenIdle(requestedAt, now, idle);
      else this.#commit();
    });
  }

  #commit(): void {
    this.#isScheduled = false;
    if (!this.#failure && this.#flush) this.#write();
  }

  /** So that whoever reads the index finds everything that was appended. */
  #writeAll(): void {
    this.#table.isDue = true;
    if (!this.#failure && (this.#pending.length > 0 || this.#table.behind > 0)) this.#write();
  }

  /** Writes what was appended. What cannot be written is kept, and tried again until it can be. */
  #write(): void {
    const { onFailure = () => undefined } = this.#options;
    try {
      this.#transact(() => this.#insert(this.#pending));
    } catch (cause) {
      if (codeOf(cause) === SQLITE_CONSTRAINT) this.#contradicted(cause);
      const isFirst = this.#failure === undefined;
      this.#failure = new JournalError(`The journal cannot be written at present (${reasonOf(cause)}).`, { cause });
      this.#retry = setTimeout(() => this.#write(), RETRY_MS);
      this.#isInDoubt ||= codeOf(cause) === SQLITE_IOERR_FSYNC;
      if (!this.#isInDoubt) this.#refuseBegins(this.#failure);
      if (isFirst) onFailure(this.#failure);
      return;
    }
    this.#table.committed();
    if (this.#table.behind > 0) this.#indexing ??= setTimeout(() => this.#writeTable(), INDEX_MS);
    this.#pending = [];
    this.#isInDoubt = false;
    this.#refused.clear();
    for (const { resolve } of this.#begins.values()) resolve();
    this.#begins.clear();
    this.#flush?.resolve();
    this.#flush = undefined;
    if (!this.#failure) return;
    this.#failure = undefined;
    onFailure(undefined);
  }

  /** From now on the table goes along with the next write, or is written before long. */
  #writeTable(): void {
    this.#indexing = undefined;
    this.#table.isDue = true;
    this.#lazy ??= setTimeout(() => this.#writeLate(), LAZY_MS);
  }

  #insert(records: readonly JournalRecord[]): void {
    // Also without a record something is written: whether that is possible is to be found out.
    if (records.length === 0) this.#database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    for (const { saga, event } of records) this.#statements.insertRecord.run(saga.id, saga.seq, JSON.stringify(event));
    this.#table.write(records);
  }

  /**
   * Takes the sagas back that were to begin: nothing of them was written, and their callers may try again. After a failed fsync that is not
   * certain: what was written may be found after a crash. Their callers then wait until it is written again.
   */
  #refuseBegins(failure: JournalError): void {
    const refused = this.#begins;
    this.#begins = new Map();
    this.#pending = this.#pending.filter(({ saga }) => !refused.has(saga.id));
    this.#table.forget(refused);
    for (const [id, { reject }] of refused) {
      this.#refused.add(id);
      reject(failure);
    }
  }

  /** A record is there already that is to be written: somebody else wrote it, or this is a defect of ours. */
  #contradicted(cause: unknown): void {
    const problem = `The journal contradicts what this process wrote (${reasonOf(cause)}): it starts again from what is there.`;
    this.#options.onContradiction?.(new JournalError(problem, { cause }));
  }

  #transact(work: () => void): void {
    const { begin, commit, rollback } = this.#statements;
    begin.run();
    try {
      work();
      commit.run();
    } catch (error) {
      try {
        rollback.run();
      } catch {
        // On a full disk SQLite has rolled back by itself; the first error is the one to tell.
      }
      throw error;
    }
  }

  #read<Rows>(read: () => Rows): Rows {
    try {
      return read();
    } catch (cause) {
      throw new JournalError(`The journal cannot be read at present (${reasonOf(cause)}).`, { cause });
    }
  }
}

interface PruneOptions {
  /** Milliseconds since the epoch: sagas that ended before it are deleted. */
  readonly endedBefore: number;
  /** Milliseconds since the epoch: of sagas that ended before it the Idempotency-Key is forgotten. */
  readonly keysBefore: number;
  /** How many sagas are looked at. */
  readonly limit: number;
}

/** What is no JSON is damaged; its reader says so. */
function parseRecord(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function codeOf(cause: unknown): number {
  const code = cause instanceof Error && "errcode" in cause ? Number(cause.errcode) : 0;
  // The low byte of an extended code is the primary one; that of a failed fsync is told apart.
  return code === SQLITE_IOERR_FSYNC ? code : code & 255;
}

function open(
  path: string,
  onMigration: (fromVersion: number) => void,
): { readonly lock: OwnerLock; readonly database: DatabaseSync } {
  let lock: OwnerLock | undefined;
  let database: DatabaseSync | undefined;
  try {
    lock = new OwnerLock(path);
    database = new DatabaseSync(path);
    database.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA busy_timeout = ${BUSY_MS};
      PRAGMA journal_size_limit = ${LOG_BYTES_MAX};`);
    prepareSchema(database, path, onMigration);
    return { lock, database };
  } catch (cause) {
    database?.close();
    lock?.release();
    if (cause instanceof JournalError) throw cause;
    const reason = reasonOf(cause);
    throw new JournalError(`The journal ${path} cannot be opened (${reason}): ${adviceFor(reason)}.`, { cause });
  }
}

function adviceFor(reason: string): string {
  if (reason.includes("not a database")) return "set JOURNAL_PATH to a file that is a journal, or that does not exist yet";
  if (reason.includes("malformed")) return "it is damaged: restore a backup of it";
  return "set JOURNAL_PATH to a file in a directory that exists and that this process may write to";
}
