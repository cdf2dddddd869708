import type { DatabaseSync, StatementSync } from "node:sqlite";
import { messageOf } from "./message-of.ts";

/**
 * The write-ahead log is copied into the main file when it has this many pages. That stops the event loop for some milliseconds. Never by
 * SQLite itself: a copy that this process did not make shows that another one has the file. SQLite's own word for it is checkpoint.
 */
export const COPY_FRAMES = 4_000;
/** A log that cannot be copied is told when it is this many times as long as it should be. */
const TOLD_AT = 4;
/** The bounds of the commits between two looks at the length of the log. */
const LOOK_COMMITS_MIN = 16;
const LOOK_COMMITS_MAX = 500;

export interface LogCopiesOptions {
  readonly place: string;
  readonly database: DatabaseSync;
  /** The length of the log at which it is copied. */
  readonly framesMax: number;
  /** The last commit that the owner before knew to be complete. */
  readonly complete: number;
  /** Called after the main file may have changed. It must not throw. */
  readonly onChange: () => void;
  /** Called when the log grows because it cannot be copied, and when it is copied again. What it throws changes nothing. */
  readonly onNotice: (notice: string) => void;
}

/** Copies the log into the main file, and remembers up to which commit that is known to be complete. */
export class LogCopies {
  readonly #options: LogCopiesOptions;
  readonly #copy: StatementSync;
  /** Only tells the length of the log; undefined if this SQLite cannot. Then the log is copied at each look. */
  readonly #measure: StatementSync | undefined;
  #complete: number;
  #commits = 0;
  #frames = 0;
  #lookAfter = LOOK_COMMITS_MIN;
  #isTold = false;

  constructor(options: LogCopiesOptions) {
    this.#options = options;
    const { database, complete } = options;
    this.#complete = complete;
    this.#copy = database.prepare("PRAGMA wal_checkpoint(PASSIVE)");
    this.#measure = canMeasure(database) ? database.prepare("PRAGMA wal_checkpoint(NOOP)") : undefined;
  }

  /** The last commit that is known to be wholly in the main file, and durable there. */
  get complete(): number {
    return this.#complete;
  }

  /** A commit is durable. Throws nothing: whatever fails from here on, the commit did not. */
  committed(commit: number): void {
    this.#commits += 1;
    if (this.#commits < this.#lookAfter) return;
    const frames = this.#lengthOfLog();
    const isShort = frames !== undefined && frames < this.#options.framesMax;
    const longest = isShort ? frames : this.copy(commit, frames);
    const grown = longest < this.#frames ? longest : longest - this.#frames;
    const left = (this.#options.framesMax - longest) / Math.max(1, grown / this.#commits);
    this.#lookAfter = Math.max(LOOK_COMMITS_MIN, Math.min(LOOK_COMMITS_MAX, Math.floor(left / 2)));
    this.#commits = 0;
    this.#frames = longest;
  }

  /**
   * Copies what no reader holds back. After a failure the log stays, and has everything. Returns the length of the log.
   *
   * @param commit the last commit.
   * @param frames the length of the log, for a copy that fails. Default: at least one page for each commit.
   */
  copy(commit: number, frames: number = this.#frames + this.#commits): number {
    let length = frames;
    let problem: string | undefined;
    try {
      const { busy, log, checkpointed } = this.#copy.get() ?? {};
      length = Number(log);
      if (busy === 0 && log === checkpointed) this.#complete = commit;
      else problem = "another process that reads the journal holds it back";
    } catch (error) {
      problem = messageOf(error);
    }
    this.#options.onChange();
    this.#tellOnce(length, problem);
    return length;
  }

  /** Undefined if it cannot be measured. */
  #lengthOfLog(): number | undefined {
    try {
      return this.#measure && Number(this.#measure.get()?.["log"]);
    } catch {
      // Then it is copied, which tells what is wrong.
      return undefined;
    }
  }

  #tellOnce(length: number, problem: string | undefined): void {
    if (problem === undefined ? !this.#isTold : this.#isTold || length < TOLD_AT * this.#options.framesMax) return;
    this.#isTold = problem !== undefined;
    const { place, onNotice } = this.#options;
    const log = `The log ${place}-wal`;
    try {
      if (problem === undefined) onNotice(`${log} is copied into the main file again: it grows no more`);
      else onNotice(`${log} has ${length} pages and grows, because it cannot be copied into the main file (${problem})`);
    } catch {
      // The commit before it is durable all the same.
    }
  }
}

/** Before 3.51, SQLite takes the word for a real checkpoint (https://sqlite.org/pragma.html#pragma_wal_checkpoint). */
function canMeasure(database: DatabaseSync): boolean {
  const version = String(database.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 51);
}
