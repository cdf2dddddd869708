import { clearTimeout, setImmediate, setTimeout } from "node:timers";
import { JournalError } from "saga-core";
import { firstSeqOf, type JournalRecord } from "saga-core/engine";
import { messageOf } from "./message-of.ts";
import type { SagaTable } from "./saga-table.ts";
import { isContradiction, isFailedFsync } from "./sqlite-error.ts";

/** How long a record waits that no caller waits for, unless it joins a commit before: each commit costs an fsync. */
const LAZY_MS = 50;
/** Longest time that a commit is delayed while the event loop is busy, so that more records join it. */
const BUSY_MS_MAX = 8;
/** A turn of the event loop that takes less had next to nothing to do. */
const IDLE_TURN_MS = 0.05;
/** After this many idle turns in a row the event loop is idle: the work of several sagas has one or two between. */
const IDLE_TURNS = 5;
/** Time between two attempts to write while nothing can be written. */
const RETRY_MS = 500;

export interface GroupCommitOptions {
  /** Writes records, and the table where it is due, in one transaction. Without records it finds out whether anything can be written. */
  readonly write: (records: readonly JournalRecord[]) => void;
  /** Called after each write: throws if what was written is not where the next start looks for it. Default: nothing. */
  readonly confirm?: () => void;
  /** The table of sagas, which is behind the records of most running ones. */
  readonly table: Pick<SagaTable, "behind" | "isDue" | "forget">;
  /** Called when nothing can be written any more, and with undefined when it can be again. */
  readonly onFailure: (failure: JournalError | undefined) => void;
  /** Called when the file contradicts what this process wrote. */
  readonly onContradiction: (error: JournalError) => void;
}

type State =
  /** No caller waits for the pending records. */
  | { readonly name: "idle" }
  /** A caller waits for them: they are written when the event loop is idle. */
  | { readonly name: "awaited"; readonly written: PromiseWithResolvers<void> }
  | Failing;

/** They could not be written: they are kept, and written when that is possible again. */
interface Failing {
  readonly name: "failing";
  readonly failure: JournalError;
  readonly written: PromiseWithResolvers<void>;
  readonly retry: ReturnType<typeof setTimeout>;
  /** An fsync failed, or the file was gone after a write, and nothing was written since: the records may be found after a crash. */
  readonly isInDoubt: boolean;
  /** The sagas whose start was refused: nothing of them is written. */
  readonly refused: ReadonlySet<string>;
}

/**
 * Group commit: one transaction, and so one fsync, writes the records of all sagas that went on while the event loop was busy. It measures
 * turns of the event loop with `performance.now()` and not with a `Clock`, which a test may stop while the event loop goes on.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #state: State = { name: "idle" };
  #pending: JournalRecord[] = [];
  /** When the oldest pending record was added, by `performance.now()`. */
  #pendingSince = 0;
  /** The sagas whose first record is pending. */
  #starts = new Map<string, PromiseWithResolvers<void>>();
  #lazy: ReturnType<typeof setTimeout> | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Why nothing can be written at present. */
  get failure(): JournalError | undefined {
    return this.#state.name === "failing" ? this.#state.failure : undefined;
  }

  /** The records that are not written yet. */
  get pending(): readonly JournalRecord[] {
    return this.#pending;
  }

  /** Adds the first record of a saga. Resolves when it is durable; rejects when it certainly is not, nor will be. */
  begin(record: JournalRecord): Promise<void> {
    if (this.#state.name === "failing") return Promise.reject(this.#state.failure);
    const start = Promise.withResolvers<void>();
    this.#starts.set(record.saga.id, start);
    this.append(record);
    this.#requestCommit();
    return start.promise;
  }

  append(record: JournalRecord): void {
    if (this.#state.name === "failing" && this.#state.refused.has(record.saga.id)) return;
    if (this.#pending.length === 0) this.#pendingSince = performance.now();
    const first = firstSeqOf(record);
    if (first < record.saga.seq)
      this.#pending = this.#pending.filter(({ saga }) => saga.id !== record.saga.id || saga.seq < first);
    this.#pending.push(record);
    this.writeLater();
  }

  /** Resolves when every record that was added is durable. */
  durable(): Promise<void> {
    const isWritten = this.#pending.length === 0 && this.#state.name !== "failing";
    return isWritten ? Promise.resolve() : this.#requestCommit().promise;
  }

  /** Writes before long, also when no caller waits for it. */
  writeLater(): void {
    this.#lazy ??= setTimeout(() => this.#writeIfDue(), LAZY_MS);
  }

  /** Writes at once, if anything can be written. */
  writeNow(): void {
    if (this.#state.name !== "failing" && (this.#pending.length > 0 || this.#options.table.behind > 0)) this.#write();
  }

  /** Something else found that nothing can be written: as if a write had found it. */
  suspect(cause: unknown): void {
    if (this.#state.name !== "failing") this.#fail(cause);
    else if (isContradiction(cause)) this.#reportContradiction(cause);
  }

  /** Writes the pending records, if anything can be written, and stops all timers. */
  close(): void {
    this.writeNow();
    clearTimeout(this.#lazy);
    if (this.#state.name === "failing") clearTimeout(this.#state.retry);
  }

  #writeIfDue(): void {
    this.#lazy = undefined;
    const { isDue } = this.#options.table;
    if (this.#state.name === "failing" || (this.#pending.length === 0 && !isDue)) return;
    const age = performance.now() - this.#pendingSince;
    if (isDue || age >= LAZY_MS) this.#write();
    else this.#lazy = setTimeout(() => this.#writeIfDue(), LAZY_MS - age);
  }

  /** What it gives resolves when the next commit is durable. */
  #requestCommit(): PromiseWithResolvers<void> {
    if (this.#state.name === "idle") {
      const awaited = { name: "awaited", written: Promise.withResolvers<void>() } as const;
      this.#state = awaited;
      const now = performance.now();
      this.#commitWhenIdle(awaited, { requestedAt: now, lastTurnAt: now, idleTurns: 0 });
      return awaited.written;
    }
    return this.#state.written;
  }

  /** Commits at the end of this turn of the event loop, or of the following ones while they have work: more records may join. */
  #commitWhenIdle(awaited: State, { requestedAt, lastTurnAt, idleTurns }: IdleWatch): void {
    setImmediate(() => {
      if (this.#state !== awaited) return;
      const now = performance.now();
      const idle = now - lastTurnAt > IDLE_TURN_MS ? 0 : idleTurns + 1;
      // A single saga waits for this commit, and nothing else can join it.
      const isOnly = this.#starts.size + this.#options.table.behind <= 1;
      const isIdle = idle >= (isOnly ? 1 : IDLE_TURNS) || now - requestedAt >= BUSY_MS_MAX;
      if (isIdle) this.#write();
      else this.#commitWhenIdle(awaited, { requestedAt, lastTurnAt: now, idleTurns: idle });
    });
  }

  #write(): void {
    try {
      this.#options.write(this.#pending);
    } catch (cause) {
      this.#fail(cause);
      return;
    }
    // They are written, and are not written again.
    this.#pending = [];
    try {
      this.#options.confirm?.();
    } catch (cause) {
      this.#fail(cause, true);
      return;
    }
    const before = this.#state;
    this.#state = { name: "idle" };
    for (const { resolve } of this.#starts.values()) resolve();
    this.#starts.clear();
    if (before.name !== "idle") before.written.resolve();
    if (before.name === "failing") this.#options.onFailure(undefined);
  }

  /** @param isWritten whether the records were written, and may not be found by the next start. */
  #fail(cause: unknown, isWritten = false): void {
    const before = this.#state;
    if (isContradiction(cause)) this.#reportContradiction(cause);
    const failure = new JournalError(`The journal cannot be written at present (${messageOf(cause)}).`, { cause });
    const isInDoubt = isWritten || isFailedFsync(cause) || (before.name === "failing" && before.isInDoubt);
    const refused = isInDoubt ? [] : this.#refuseStarts(failure);
    this.#state = {
      name: "failing",
      failure,
      written: before.name === "idle" ? Promise.withResolvers<void>() : before.written,
      retry: setTimeout(() => this.#write(), RETRY_MS),
      isInDoubt,
      refused: new Set([...(before.name === "failing" ? before.refused : []), ...refused]),
    };
    if (before.name !== "failing") this.#options.onFailure(failure);
  }

  /**
   * Refuses the sagas that were to begin: nothing of them was written, and their callers may try again. After a failed fsync that is not
   * certain, because their records may be found after a crash: their callers wait until these are written again.
   */
  #refuseStarts(failure: JournalError): readonly string[] {
    const starts = this.#starts;
    this.#starts = new Map();
    this.#pending = this.#pending.filter(({ saga }) => !starts.has(saga.id));
    this.#options.table.forget(starts.keys());
    for (const { reject } of starts.values()) reject(failure);
    return [...starts.keys()];
  }

  /** A pending record is in the file already: another process wrote it, or this one has a defect. */
  #reportContradiction(cause: unknown): void {
    const problem = `The journal contradicts what this process wrote (${messageOf(cause)}): it starts again from what is there.`;
    this.#options.onContradiction(new JournalError(problem, { cause }));
  }
}

interface IdleWatch {
  /** Times by `performance.now()`. */
  readonly requestedAt: number;
  readonly lastTurnAt: number;
  /** Turns in a row that had nothing to do. */
  readonly idleTurns: number;
}
