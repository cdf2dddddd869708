import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { JournalError } from "saga-core";
import type { FileWatch } from "./file-watch.ts";
import type { LogCopies } from "./log-copies.ts";
import type { LogSync } from "./log-sync.ts";
import type { MarkSlot } from "./mark-slot.ts";
import { messageOf } from "./message-of.ts";
import { nameOf, readOwners } from "./owner.ts";
import { formatProgress, type Progress } from "./progress.ts";
import { ContradictionError, isFailedFsync } from "./sqlite-error.ts";
import { prepareStatements, type Statements } from "./statements.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface JournalFileParts {
  readonly database: DatabaseSync;
  /** How far the journal is after the first commit of this owner. */
  readonly progress: Progress;
  readonly mark: MarkSlot;
  readonly copies: LogCopies;
  readonly sync: LogSync;
  readonly watch: FileWatch;
  /** Gives the journal up, after its file is closed. */
  readonly release: () => void;
}

/** Held, because SQLite closes a database that is collected. They are few: their process ends. */
const abandoned = new Set<DatabaseSync>();

/** The open file of a journal, which this process owns: reads and transactions. */
export class JournalFile {
  readonly statements: Statements;
  readonly #parts: JournalFileParts;
  #progress: Progress;
  /** As its row has it. */
  #line: string;
  #lost: ContradictionError | undefined;
  #isClosed = false;

  constructor(parts: JournalFileParts) {
    this.#parts = parts;
    this.#progress = parts.progress;
    this.#line = formatProgress(parts.progress);
    this.statements = prepareStatements(parts.database);
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
    return this.read(() => this.#parts.database.prepare(sql).all(...values));
  }

  /** Prepares a statement for what is rare. */
  prepare(sql: string): StatementSync {
    return this.#parts.database.prepare(sql);
  }

  /**
   * Does work in one transaction, which is durable when the call returns: all of it is written, or none. Throws as `commit` and `syncNow` do.
   */
  transact(work: () => void): void {
    this.commit(work);
    this.syncNow();
  }

  /**
   * Does work in one transaction: all of it is written, or none. It is durable once a sync that began after it has ended. Throws the error of
   * SQLite, FileGoneError while the file is not in its place, ContradictionError when this process is no longer the last owner, or after a
   * failed sync.
   */
  commit(work: () => void): void {
    const { begin, commit, rollback } = this.statements;
    const { copies, mark, watch } = this.#parts;
    if (this.#lost) throw this.#lost;
    this.#guard(() => watch.lookIfDue("before"));
    const next = { ...this.#progress, commit: this.#progress.commit + 1, copied: copies.complete };
    const line = formatProgress(next);
    begin.run();
    try {
      work();
      this.#advance(line);
      commit.run();
    } catch (error) {
      if (isFailedFsync(error)) mark.close();
      try {
        rollback.run();
      } catch {
        // On a full disk SQLite has rolled back by itself. The first error says why.
      }
      throw error;
    }
    this.#progress = next;
    this.#line = line;
  }

  /**
   * Makes durable what is committed, on the event loop.
   *
   * @throws ContradictionError when the disk did not take it: what it has is known to the next start only.
   */
  syncNow(): void {
    const { commit } = this.#progress;
    try {
      this.#parts.sync.now();
    } catch (error) {
      throw this.#failSync(error);
    }
    this.#synced(commit);
  }

  /** Makes durable what is committed, in a thread, while the event loop goes on. Throws as `syncNow` does. */
  async sync(): Promise<void> {
    const { commit } = this.#progress;
    try {
      await this.#parts.sync.inThread();
    } catch (error) {
      throw this.#failSync(error);
    }
    // Something else may have failed meanwhile, and with it what this sync could have told.
    if (this.#lost) throw this.#lost;
    if (!this.#isClosed) this.#synced(commit);
  }

  /**
   * Looks whether the files are still in their place, and this process is their only owner.
   *
   * @throws FileGoneError, ContradictionError
   */
  look(): void {
    if (this.#lost) throw this.#lost;
    this.#guard(() => this.#parts.watch.look());
  }

  /** Looks after a commit, if the last time was long enough ago: what was committed to a file that is gone is not told as durable. */
  confirm(): void {
    if (this.#isClosed) return;
    this.#guard(() => this.#parts.watch.lookIfDue("after"));
  }

  close(): void {
    const { database, mark, sync, watch, release } = this.#parts;
    this.#isClosed = true;
    // Not what this process wrote: SQLite would copy its log into what is there now, and delete the log beside that.
    if (this.#lost) abandoned.add(database);
    else database.close();
    sync.close();
    mark.close();
    watch.close();
    release();
  }

  /** Only the last owner finds the row as it wrote it: where no lock refuses a second one, the earlier one ends here. */
  #advance(line: string): void {
    const { changes } = this.statements.advance.run(line, this.#line);
    if (changes !== 1) throw this.#lose("another process wrote to it");
  }

  /** A commit is durable. Nothing from here on throws, or a start would be refused that is in the file, and records would be written twice. */
  #synced(commit: number): void {
    const { copies, mark } = this.#parts;
    mark.note(commit);
    copies.committed(commit);
  }

  /**
   * After a failed sync the system takes what was not written for written, and a later sync returns (https://www.usenix.org/conference/atc20/presentation/rebello):
   * only a start that reads the log again knows what is there.
   */
  #failSync(cause: unknown): ContradictionError {
    this.#parts.mark.close();
    return this.#lose(`the disk did not take it: ${messageOf(cause)}`);
  }

  #guard(look: () => void): void {
    try {
      look();
    } catch (error) {
      throw error instanceof ContradictionError ? this.#lose(error.message) : error;
    }
  }

  #lose(reason: string): ContradictionError {
    this.#lost ??= new ContradictionError(this.#rival() ?? reason);
    return this.#lost;
  }

  /** The owner that came after this one, if it can be read. */
  #rival(): string | undefined {
    try {
      const last = readOwners(this.#parts.database).at(-1);
      return last && last.token !== this.#progress.owner.token ? `${nameOf(last)} has become its owner` : undefined;
    } catch {
      return undefined;
    }
  }
}
