import { existsSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { makePrivate } from "./private-files.ts";

/** How long a process that reads the owner's name may delay the one that becomes the owner. */
const BUSY_MS = 500;

/**
 * Makes this process the only owner of a journal (rule 10). SQLite holds the lock on a file beside the journal: it ends with its process, also
 * when that is killed, and other processes may still read and copy the journal.
 */
export class OwnerLock {
  readonly #database: DatabaseSync;

  /** @throws JournalError that names the owner, when there is one. */
  constructor(journalPath: string) {
    // A journal has one lock, by whichever of its names it is opened.
    const place = existsSync(journalPath) ? realpathSync(journalPath) : journalPath;
    makePrivate(`${place}-lock`);
    this.#database = new DatabaseSync(`${place}-lock`);
    try {
      this.#acquire(journalPath);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  release(): void {
    this.#database.close();
  }

  #acquire(journalPath: string): void {
    this.#database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    this.#lock(journalPath);
    const write = `
      CREATE TABLE IF NOT EXISTS owner (pid INTEGER NOT NULL, host TEXT NOT NULL, since TEXT NOT NULL) STRICT;
      DELETE FROM owner;`;
    this.#database.exec(write);
    const insert = this.#database.prepare("INSERT INTO owner (pid, host, since) VALUES (?, ?, ?)");
    insert.run(process.pid, hostname(), new Date().toISOString());
    // The owner's name must be committed to be read, and the commit releases the lock for a moment: a process that comes in between owns it.
    this.#database.exec("COMMIT");
    this.#lock(journalPath);
  }

  /** Only writing to the file is locked, so that other processes can read the owner's name. */
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
