import type { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * The write-ahead log is copied into the main file when it has this many pages. That stops the event loop for some milliseconds. Never by
 * SQLite itself: a checkpoint that this process did not do shows that another one has the file.
 */
export const CHECKPOINT_FRAMES = 4_000;
/** The bounds of the commits between two looks at the length of the log. */
const LOOK_COMMITS_MIN = 16;
const LOOK_COMMITS_MAX = 500;

export interface CheckpointsOptions {
  readonly database: DatabaseSync;
  /** The length of the log at which it is copied. */
  readonly framesMax: number;
  /** The last commit that the owner before knew to be complete. */
  readonly complete: number;
  /** Called after the main file may have changed. */
  readonly onChange: () => void;
}

/** Copies the log into the main file, and remembers up to which commit that is known to be complete. */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #copy: StatementSync;
  /** Only tells the length of the log; undefined if this SQLite cannot. Then the log is copied at each look. */
  readonly #measure: StatementSync | undefined;
  #complete: number;
  #commits = 0;
  #frames = 0;
  #lookAfter = LOOK_COMMITS_MIN;

  constructor(options: CheckpointsOptions) {
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

  /** A commit is durable. */
  committed(commit: number): void {
    this.#commits += 1;
    if (this.#commits < this.#lookAfter) return;
    const frames = this.#measure ? Number(this.#measure.get()?.["log"]) : this.#options.framesMax;
    const longest = frames >= this.#options.framesMax ? this.copy(commit) : frames;
    const grown = longest < this.#frames ? longest : longest - this.#frames;
    const left = (this.#options.framesMax - longest) / Math.max(1, grown / this.#commits);
    this.#lookAfter = Math.max(LOOK_COMMITS_MIN, Math.min(LOOK_COMMITS_MAX, Math.floor(left / 2)));
    this.#commits = 0;
    this.#frames = longest;
  }

  /**
   * Copies what no reader holds back. A failure is not reported: the log stays, and has everything. Returns the length of the log.
   *
   * @param commit the last commit.
   */
  copy(commit: number): number {
    try {
      const { busy, log, checkpointed } = this.#copy.get() ?? {};
      if (busy === 0 && log === checkpointed) this.#complete = commit;
      return Number(log);
    } catch {
      return this.#options.framesMax;
    } finally {
      this.#options.onChange();
    }
  }
}

/** Before 3.51, SQLite takes the word for a real checkpoint (https://sqlite.org/pragma.html#pragma_wal_checkpoint). */
function canMeasure(database: DatabaseSync): boolean {
  const version = String(database.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 51);
}
