import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { messageOf } from "./message-of.ts";
import type { OwnerLock } from "./owner-lock.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import { prepareStatements, type Statements } from "./statements.ts";

export type Row = Readonly<Record<string, unknown>>;

/** The open file of a journal, which this process owns: reads and transactions. */
export class JournalFile {
  readonly statements: Statements;
  readonly #database: DatabaseSync;
  readonly #lock: OwnerLock;

  constructor(database: DatabaseSync, lock: OwnerLock) {
    this.#database = database;
    this.#lock = lock;
    this.statements = prepareStatements(database);
  }

  /** @throws JournalError when the file cannot be read at present. */
  read<Rows>(read: () => Rows): Rows {
    try {
      return read();
    } catch (cause) {
      throw new JournalError(`The journal cannot be read at present (${messageOf(cause)}).`, { cause });
    }
  }

  /** @throws JournalError when the file cannot be read at present. */
  select(sql: string, values: readonly SQLInputValue[]): readonly Row[] {
    return this.read(() => this.#database.prepare(sql).all(...values));
  }

  /** Prepares a statement for what is rare. */
  prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }

  /** Does work in one transaction: all of it is written, or none. Throws the error of SQLite. */
  transact(work: () => void): void {
    const { begin, commit, rollback } = this.statements;
    begin.run();
    try {
      work();
      commit.run();
    } catch (error) {
      try {
        rollback.run();
      } catch {
        // On a full disk SQLite has rolled back by itself. The first error says why.
      }
      throw error;
    }
  }

  /** Writes a page that changes nothing, to find out within a transaction whether anything can be written. */
  touch(): void {
    this.#database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  }

  close(): void {
    this.#database.close();
    this.#lock.release();
  }
}
