import { existsSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";

/** How long somebody who only reads who the owner is may hold up the one who becomes it. */
const BUSY_MS = 500;

/**
 * Makes this process the only owner of a journal (rule 10). The lock is one that SQLite holds on a file beside the journal: it dies with its
 * process, however that ends, and others may still read the journal, to look into it or to copy it.
 */
export class OwnerLock {
  readonly #database: DatabaseSync;

  /** @throws JournalError that says who the owner is, when there is one. */
  constructor(journalPath: string) {
    // Whatever name it goes by, it is one journal.
    const place = existsSync(journalPath) ? realpathSync(journalPath) : journalPath;
    this.#database = new DatabaseSync(`${place}-lock`);
    try {
      this.#take(journalPath);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  release(): void {
    this.#database.close();
  }

  #take(journalPath: string): void {
    this.#database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    this.#lock(journalPath);
    const write = `
      CREATE TABLE IF NOT EXISTS owner (pid INTEGER NOT NULL, host TEXT NOT NULL, since TEXT NOT NULL) STRICT;
      DELETE FROM owner;`;
    this.#database.exec(write);
    const insert = this.#database.prepare("INSERT INTO owner (pid, host, since) VALUES (?, ?, ?)");
    insert.run(process.pid, hostname(), new Date().toISOString());
    // To be read it must be committed, which lets go for a moment: whoever comes in between is the owner then.
    this.#database.exec("COMMIT");
    this.#lock(journalPath);
  }

  /** What is locked is only the right to write to the lock's file: who the owner is can be read. */
  #lock(journalPath: string): void {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
    } catch (cause) {
      if (!(cause instanceof Error && cause.message.includes("locked"))) throw cause;
      const problem =
        `The journal ${journalPath} cannot be opened: another orchestrator owns it, ${this.#owner()}. ` +
        "One process owns an embedded journal; more instances need the Restate engine.";
      throw new JournalError(problem, { cause });
    }
  }

  #owner(): string {
    try {
      const owner = this.#database.prepare("SELECT pid, host, since FROM owner").get();
      return owner ? `process ${owner["pid"]} on ${owner["host"]} since ${owner["since"]}` : "which has just started";
    } catch {
      return "which has just started";
    }
  }
}
