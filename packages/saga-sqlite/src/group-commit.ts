import { clearTimeout, setTimeout } from "node:timers";
import { type JournalCommit, JournalError } from "saga-core";
import type { JournalRecord } from "saga-core/engine";
import { messageOf } from "./message-of.ts";
import { PendingRecords } from "./pending-records.ts";
import type { SagaTable } from "./saga-table.ts";
import { isContradiction, isFailedFsync } from "./sqlite-error.ts";
import { whenIdle } from "./when-idle.ts";

/** How long a record waits that no caller waits for, unless it joins a commit before: each commit costs a sync. */
const LAZY_MS = 50;
/** A record that no caller waits for joins a commit of other sagas once it is so old. Before, it waits for those that follow it: they become one row. */
const JOIN_MS = 25;
/** Time between two attempts to write while nothing can be written. */
const RETRY_MS = 500;

export interface GroupCommitOptions {
  /**
   * Commits records, and the table where it is due, in one transaction. Without records it finds out whether anything can be written. Returns how
   * many bytes the events of the records have.
   */
  readonly write: (records: readonly JournalRecord[]) => number;
  readonly sync: Sync;
  /** The table of sagas, which is behind the records of most running ones. */
  readonly table: Pick<SagaTable, "behind" | "isDue" | "forget">;
  /** Called when nothing can be written any more, and with undefined when it can be again. */
  readonly onFailure: (failure: JournalError | undefined) => void;
  /** Called when the file contradicts what this process wrote. */
  readonly onContradiction: (error: JournalError) => void;
  /** Called when records are durable. Default: nothing. */
  readonly onCommit?: (commit: JournalCommit) => void;
}

/** Makes durable what is committed. Throws if the disk did not take it, or if it is not where the next start looks for it. */
export interface Sync {
  /** On the event loop. */
  readonly now: () => void;
  /** In a thread, while the event loop goes on. */
  readonly inThread: () => Promise<void>;
}

type State =
  /** No caller waits for the pending records. */
  | { readonly name: "idle" }
  /** A caller waits for them: they are written when the event loop is idle. */
  | { readonly name: "awaited"; readonly durable: PromiseWithResolvers<void> }
  | Failing;

/** They could not be written: they are kept, and written when that is possible again. */
interface Failing {
  readonly name: "failing";
  readonly failure: JournalError;
  readonly durable: PromiseWithResolvers<void>;
  readonly retry: ReturnType<typeof setTimeout>;
  /** A write failed while SQLite waited for the disk, and nothing was written since: the records may be found after a crash. */
  readonly isInDoubt: boolean;
  /** The sagas whose start was refused: nothing of them is written. */
  readonly refused: ReadonlySet<string>;
}

/** What is written and not durable yet. */
interface Written {
  /** Those who wait for it. */
  readonly waiters: readonly PromiseWithResolvers<void>[];
  readonly records: number;
  readonly bytes: number;
  /** When the first of it was begun to be written, as `performance.now` counts. */
  readonly since: number;
}

function together(one: Written | undefined, other: Written): Written {
  if (!one) return other;
  const [records, bytes] = [one.records + other.records, one.bytes + other.bytes];
  return { waiters: [...one.waiters, ...other.waiters], records, bytes, since: Math.min(one.since, other.since) };
}

/**
 * Group commit: one transaction writes the records of all sagas that went on while the event loop was busy, and one sync makes it durable. While
 * one saga runs alone, the event loop waits for the disk: nothing else is to be done. Otherwise a thread does, and the records that come meanwhile
 * are written together after it.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #state: State = { name: "idle" };
  readonly #pending = new PendingRecords();
  /** The sagas whose pending records a caller waits for. */
  #awaited = new Set<string>();
  /** The sagas whose first record is pending. */
  #starts = new Map<string, PromiseWithResolvers<void>>();
  /** Written since the last sync began. */
  #unsynced: Written | undefined;
  /** What a thread makes durable at present, unless it is durable already. */
  #syncing: Written | undefined;
  #isThreadBusy = false;
  #lazy: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Why nothing can be written at present. */
  get failure(): JournalError | undefined {
    return this.#state.name === "failing" ? this.#state.failure : undefined;
  }

  /** The records that are not written yet. */
  get pending(): Pick<PendingRecords, "of"> {
    return this.#pending;
  }

  /** The saga that began with a key, and whose first record is not written yet. */
  startWithKey(idempotencyKey: string): string | undefined {
    for (const id of this.#starts.keys())
      if (this.#pending.of(id).some(({ saga }) => saga.idempotencyKey === idempotencyKey)) return id;
    return undefined;
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
    this.#pending.add(record);
    this.writeLater();
  }

  /** Resolves when every record of a saga, or of all, that was added is durable. */
  durable(id?: string): Promise<void> {
    const isPending = id === undefined ? !this.#pending.isEmpty : this.#pending.has(id);
    if (isPending || this.#state.name === "failing") {
      for (const awaited of id === undefined ? this.#pending.all.map(({ saga }) => saga.id) : [id]) this.#awaited.add(awaited);
      return this.#requestCommit().promise;
    }
    // A sync that is under way ends before the next one.
    const waiter = Promise.withResolvers<void>();
    if (this.#unsynced) this.#unsynced = withWaiter(this.#unsynced, waiter);
    else if (this.#syncing) this.#syncing = withWaiter(this.#syncing, waiter);
    else return Promise.resolve();
    return waiter.promise;
  }

  /** Writes before long, also when no caller waits for it. */
  writeLater(): void {
    this.#lazy ??= setTimeout(() => this.#writeIfDue(), LAZY_MS);
  }

  /** Writes at once, if anything can be written. It is durable when the call returns. */
  writeNow(): void {
    if (this.#state.name === "failing") return;
    if (!this.#pending.isEmpty || this.#options.table.behind > 0) this.#write("now");
    else if (this.#unsynced ?? this.#syncing) this.#syncNow();
  }

  /** Something else found that nothing can be written: as if a write had found it. */
  suspect(cause: unknown): void {
    if (this.#state.name !== "failing") this.#fail(cause);
    else if (isContradiction(cause)) this.#reportContradiction(cause);
  }

  /** Writes the pending records, if anything can be written, and stops all timers. What a thread finds out from then on changes nothing. */
  close(): void {
    this.writeNow();
    this.#isClosed = true;
    clearTimeout(this.#lazy);
    if (this.#state.name === "failing") clearTimeout(this.#state.retry);
  }

  #writeIfDue(): void {
    this.#lazy = undefined;
    const { isDue } = this.#options.table;
    const since = this.#pending.since;
    if (this.#state.name === "failing" || (since === undefined && !isDue)) return;
    const age = since === undefined ? 0 : performance.now() - since;
    if (isDue || age >= LAZY_MS) this.#write("soon");
    else this.#lazy = setTimeout(() => this.#writeIfDue(), LAZY_MS - age);
  }

  /** What it gives resolves when the next commit is durable. */
  #requestCommit(): PromiseWithResolvers<void> {
    if (this.#state.name !== "idle") return this.#state.durable;
    const awaited = { name: "awaited", durable: Promise.withResolvers<void>() } as const;
    this.#state = awaited;
    // The end of the sync begins the next commit.
    if (!this.#isThreadBusy) this.#commitSoon(awaited);
    return awaited.durable;
  }

  /** Commits when the event loop has nothing else to do: more records may join. */
  #commitSoon(awaited: State): void {
    whenIdle(() => {
      if (this.#state === awaited) this.#write("soon");
    });
  }

  /** @param when whether what is written must be durable when the call returns. */
  #write(when: "now" | "soon"): void {
    // A single saga waits for this commit, and nothing else can be done meanwhile.
    const isOnly = this.#starts.size + this.#options.table.behind <= 1;
    // Those of running sagas that nobody waits for stay for now, unless nothing but their age calls for a write.
    const some = this.#state.name === "awaited" && when === "soon" ? this.#due() : undefined;
    const records = some ? some.flatMap((id) => this.#pending.of(id)) : this.#pending.all;
    const since = performance.now();
    let bytes: number;
    try {
      bytes = this.#options.write(records);
    } catch (cause) {
      this.#fail(cause);
      return;
    }
    // They are written, and are not written again.
    this.#pending.delete(records.map(({ saga }) => saga.id));
    this.#awaited = new Set();
    const waiters = [...this.#starts.values()];
    this.#starts = new Map();
    if (this.#state.name === "awaited") {
      waiters.push(this.#state.durable);
      this.#state = { name: "idle" };
    }
    this.#unsynced = together(this.#unsynced, { waiters, records: records.length, bytes, since });
    if (!this.#pending.isEmpty) this.writeLater();
    if (when === "now" || (isOnly && !this.#isThreadBusy)) this.#syncNow();
    else if (!this.#isThreadBusy) void this.#syncInThread();
  }

  /** The sagas whose records the next commit is for. */
  #due(): readonly string[] {
    const old = this.#pending.addedUntil(performance.now() - JOIN_MS);
    return [...new Set([...this.#starts.keys(), ...this.#awaited, ...old])];
  }

  #syncNow(): void {
    try {
      this.#options.sync.now();
    } catch (cause) {
      this.#fail(cause);
      return;
    }
    const written = this.#unsynced ? together(this.#syncing, this.#unsynced) : this.#syncing;
    this.#syncing = undefined;
    this.#unsynced = undefined;
    if (written) this.#committed(written);
    if (this.#state.name !== "failing") return;
    const { durable } = this.#state;
    this.#state = { name: "idle" };
    durable.resolve();
    this.#options.onFailure(undefined);
  }

  async #syncInThread(): Promise<void> {
    this.#isThreadBusy = true;
    this.#syncing = this.#unsynced;
    this.#unsynced = undefined;
    let failure: { readonly cause: unknown } | undefined;
    try {
      await this.#options.sync.inThread();
    } catch (cause) {
      failure = { cause };
    }
    this.#isThreadBusy = false;
    // It looked at files that others use now.
    if (this.#isClosed) return;
    const written = this.#syncing;
    this.#syncing = undefined;
    if (failure) {
      if (written) this.#unsynced = this.#unsynced ? together(written, this.#unsynced) : written;
      this.#fail(failure.cause);
      return;
    }
    if (written) this.#committed(written);
    if (this.#state.name === "awaited") this.#commitSoon(this.#state);
    else if (this.#state.name === "idle" && this.#unsynced) void this.#syncInThread();
  }

  #committed({ waiters, records, bytes, since }: Written): void {
    for (const { resolve } of waiters) resolve();
    if (records > 0) this.#options.onCommit?.({ records, bytes, tookMs: performance.now() - since });
  }

  /** Nothing can be written, or what is written cannot be made durable. */
  #fail(cause: unknown): void {
    const before = this.#state;
    if (isContradiction(cause)) this.#reportContradiction(cause);
    const failure = new JournalError(`The journal cannot be written at present (${messageOf(cause)}).`, { cause });
    const isInDoubt = isFailedFsync(cause) || (before.name === "failing" && before.isInDoubt);
    const refused = isInDoubt ? [] : this.#refuseStarts(failure);
    if (before.name === "failing") clearTimeout(before.retry);
    this.#state = {
      name: "failing",
      failure,
      durable: before.name === "idle" ? Promise.withResolvers<void>() : before.durable,
      retry: setTimeout(() => this.#write("now"), RETRY_MS),
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
    this.#pending.delete(starts.keys());
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

function withWaiter(written: Written, waiter: PromiseWithResolvers<void>): Written {
  return { ...written, waiters: [...written.waiters, waiter] };
}
