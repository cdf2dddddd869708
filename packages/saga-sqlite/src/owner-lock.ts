import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { type Accept, isAccept } from "./mark.ts";
import { messageOf } from "./message-of.ts";
import { nameOf, type OwnerName } from "./owner.ts";
import { makePrivate } from "./private-files.ts";

/** How long a process that reads the owner's name may delay the one that becomes the owner. */
const BUSY_MS = 500;

/**
 * Makes this process the only owner of a journal (rule 10). SQLite holds the lock on a file beside the journal: it ends with its process, also
 * when that is killed, and other processes may still read and copy the journal.
 */
export class OwnerLock {
  readonly #database: DatabaseSync;
  readonly #place: string;

  /**
   * @param place where the journal's file is, whatever links lead to it.
   * @throws JournalError that names the owner, when there is one, or the lock's file, when that is damaged.
   */
  constructor(place: string, owner: OwnerName) {
    this.#place = place;
    const path = `${place}-lock`;
    const existed = existsSync(path);
    let database: DatabaseSync | undefined;
    try {
      makePrivate(path);
      database = new DatabaseSync(path);
      this.#database = database;
      this.#acquire(owner);
    } catch (error) {
      database?.close();
      throw existed && isDamaged(path, error) ? damagedLock(path, error) : error;
    }
  }

  readonly release = (): void => this.#database.close();

  /** `JOURNAL_ACCEPT` at the last start that went on. A restored backup has no mark that says so. */
  get lastAccept(): Accept | undefined {
    const value = this.#database.prepare("SELECT value FROM accepted").get()?.["value"];
    return isAccept(value) ? value : undefined;
  }

  /**
   * Notes `JOURNAL_ACCEPT` of a start that goes on, or of one that has none.
   *
   * @throws JournalError when another process came in between.
   */
  noteAccept(accept: Accept | undefined): void {
    if (accept === this.lastAccept) return;
    this.#database.exec("DELETE FROM accepted");
    if (accept !== undefined) this.#database.prepare("INSERT INTO accepted (value) VALUES (?)").run(accept);
    this.#commitAndLock();
  }

  #acquire({ pid, host, since }: OwnerName): void {
    this.#database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    this.#lock();
    const write = `
      CREATE TABLE IF NOT EXISTS owner (pid INTEGER NOT NULL, host TEXT NOT NULL, since TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS accepted (value TEXT NOT NULL) STRICT;
      DELETE FROM owner;`;
    this.#database.exec(write);
    const insert = this.#database.prepare("INSERT INTO owner (pid, host, since) VALUES (?, ?, ?)");
    insert.run(pid, host, since);
    this.#commitAndLock();
  }

  /** What another process reads must be committed, and the commit releases the lock for a moment: a process that comes in between owns it. */
  #commitAndLock(): void {
    this.#database.exec("COMMIT");
    this.#lock();
  }

  /** Only writing to the file is locked, so that other processes can read the owner's name. */
  #lock(): void {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
    } catch (cause) {
      if (!(cause instanceof Error && cause.message.includes("locked"))) throw cause;
      throw ownedBy(this.#place, this.#owner(), cause);
    }
  }

  #owner(): string {
    try {
      const owner = this.#database.prepare("SELECT pid, host, since FROM owner").get();
      const { pid, host, since } = owner ?? {};
      return owner ? nameOf({ pid: Number(pid), host: String(host), since: String(since) }) : UNNAMED;
    } catch {
      return UNNAMED;
    }
  }
}

/** What SQLite says of a file that is no lock. Its code is not in each of its errors on Deno. */
const DAMAGE = /not a database|malformed|no such (table|column)|has no column/;

/** A lock that this user may not open is not damaged. */
function isDamaged(path: string, error: unknown): boolean {
  return DAMAGE.test(messageOf(error)) || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const UNNAMED = "which has just started";

/** The refusal of a second owner. */
export function ownedBy(place: string, owner: string = UNNAMED, cause?: unknown): JournalError {
  const problem =
    `The journal ${place} cannot be opened: another orchestrator owns it, ${owner}. ` +
    "One process owns an embedded journal; more instances need the Restate engine.";
  return new JournalError(problem, { cause });
}

function damagedLock(path: string, cause: unknown): JournalError {
  const advice = "stop every orchestrator of this journal, delete that file, and start again";
  return new JournalError(
    `The lock file ${path} is damaged (${messageOf(cause)}): ${advice}. The journal itself was not looked at.`,
    {
      cause,
    },
  );
}
