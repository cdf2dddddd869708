import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers";
import { type Journal, JournalError, type JournalRecord, type SagaIndex, type SagaQuery, statusOf } from "saga-core";
import { prepareSchema } from "./schema.ts";

/**
 * The embedded journal and its index, in one SQLite file that this process owns alone (rule 10). What is appended during one turn
 * of the event loop becomes durable in one transaction at its end, so that the disk is waited for once for all sagas of the turn.
 */
export class SqliteJournal implements Journal, SagaIndex {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;
  #pending: JournalRecord[] = [];
  /** Set by the first write that failed. From then on nothing is written, so that no saga's history has a gap. */
  #failure: JournalError | undefined;
  #flush: PromiseWithResolvers<void> | undefined;

  /** @throws JournalError when the file cannot be opened, is owned by another process, or has a schema that is not known. */
  constructor(path: string) {
    this.#database = openDatabase(path);
    this.#statements = prepareStatements(this.#database);
  }

  append(record: JournalRecord): void {
    this.#pending.push(record);
    this.#flush ??= this.#scheduleFlush();
  }

  durable(): Promise<void> {
    if (this.#flush) return this.#flush.promise;
    return this.#failure ? Promise.reject(this.#failure) : Promise.resolve();
  }

  async load(id: string): Promise<readonly unknown[] | undefined> {
    this.#commit();
    const rows = this.#statements.load.all(id);
    return rows.length === 0 ? undefined : rows.map(({ event }): unknown => JSON.parse(String(event)));
  }

  async due(instant: number): Promise<readonly string[]> {
    this.#commit();
    return this.#statements.due.all(instant).map(({ id }) => String(id));
  }

  async idOfKey(idempotencyKey: string): Promise<string | undefined> {
    this.#commit();
    const id = this.#statements.idOfKey.get(idempotencyKey)?.["id"];
    return typeof id === "string" ? id : undefined;
  }

  async list({ definition, status, state, before, limit }: SagaQuery): Promise<readonly string[]> {
    this.#commit();
    const filters = { definition: definition ?? null, status: status ?? null, state: state ?? null, before: before ?? null };
    return this.#statements.list.all({ ...filters, limit }).map(({ id }) => String(id));
  }

  /** Makes durable what was appended and closes the file. */
  close(): void {
    this.#commit();
    this.#database.close();
  }

  #scheduleFlush(): PromiseWithResolvers<void> {
    setImmediate(() => this.#commit());
    const flush = Promise.withResolvers<void>();
    // Whoever waits for durability is told; a record that nobody waits for may be lost (rule 5).
    flush.promise.catch(() => undefined);
    return flush;
  }

  #commit(): void {
    const flush = this.#flush;
    if (!flush) return;
    const records = this.#pending;
    this.#pending = [];
    this.#flush = undefined;
    try {
      if (this.#failure) throw this.#failure;
      this.#write(records);
      flush.resolve();
    } catch (cause) {
      const problem = `The journal could not be written (${reasonOf(cause)}); nothing is recorded until the next start.`;
      this.#failure ??= new JournalError(problem, { cause });
      flush.reject(this.#failure);
    }
  }

  #write(records: readonly JournalRecord[]): void {
    const { insertRecord, upsertSaga } = this.#statements;
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const { saga, event } of records) insertRecord.run(saga.id, saga.seq, JSON.stringify(event));
      // Of a saga that moved several times in this turn, the index needs the last.
      for (const record of new Map(records.map((each) => [each.saga.id, each])).values()) upsertSaga.run(indexRow(record));
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // On a full disk SQLite has rolled back by itself; the first error is the one to tell.
    }
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // The lock of an exclusive connection dies with its process, however that ends.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;");
    // Taken before anything is read: of two that come at once, one gets it.
    database.exec("BEGIN EXCLUSIVE; COMMIT");
    prepareSchema(database, path);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof JournalError) throw cause;
    const reason = reasonOf(cause);
    throw new JournalError(`The journal ${path} cannot be opened (${reason}): ${adviceFor(reason)}.`, { cause });
  }
}

function adviceFor(reason: string): string {
  if (reason.includes("locked")) {
    return "another orchestrator owns it; one process owns an embedded journal, and more instances need the Restate engine";
  }
  if (reason.includes("not a database")) return "set JOURNAL_PATH to a file that is a journal, or that does not exist yet";
  return "set JOURNAL_PATH to a file in a directory that exists and that this process may write to";
}

function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    insertRecord: prepare("INSERT INTO record (saga_id, seq, event) VALUES (?, ?, ?)"),
    upsertSaga: prepare(`
      INSERT INTO saga (id, definition, version, status, state, idempotency_key, wake_at, created_at, updated_at)
      VALUES (:id, :definition, :version, :status, :state, :idempotencyKey, :wakeAt, :createdAt, :updatedAt)
      ON CONFLICT (id) DO UPDATE SET
        status = excluded.status, state = excluded.state, wake_at = excluded.wake_at, updated_at = excluded.updated_at`),
    load: prepare("SELECT event FROM record WHERE saga_id = ? ORDER BY seq"),
    due: prepare("SELECT id FROM saga WHERE wake_at <= ? ORDER BY id"),
    idOfKey: prepare("SELECT id FROM saga WHERE idempotency_key = ?"),
    list: prepare(`
      SELECT id FROM saga
      WHERE (:definition IS NULL OR definition = :definition)
        AND (:status IS NULL OR status = :status)
        AND (:state IS NULL OR state = :state)
        AND (:before IS NULL OR id < :before)
      ORDER BY id DESC LIMIT :limit`),
  };
}

function indexRow({ saga, state, wakeAt }: JournalRecord) {
  return {
    id: saga.id,
    definition: saga.definition,
    version: saga.version,
    status: statusOf(saga),
    state,
    idempotencyKey: saga.idempotencyKey ?? null,
    wakeAt: wakeAt ?? null,
    createdAt: saga.createdAt,
    updatedAt: saga.updatedAt,
  };
}
