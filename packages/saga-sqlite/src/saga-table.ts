import { clearTimeout, setTimeout } from "node:timers";
import { type Saga, statusOf } from "saga-core";
import { isOperation, type JournalRecord, type Json } from "saga-core/engine";
import type { Statements } from "./statements.ts";
import { sumOf } from "./sums.ts";

/** How long the table may be behind the records of a running saga. */
const BEHIND_MS_MAX = 2_000;

type TableStatements = Pick<Statements, "insertSaga" | "updateSaga">;

/**
 * The table by which sagas are found and listed. It is written together with a record that begins or ends a saga, makes it need a human, or
 * lets it go on because of an operation: after a crash the saga is found by it. Where a running saga stands is written a little later, for
 * all of them at once: most have ended by then.
 */
export class SagaTable {
  readonly #statements: TableStatements;
  readonly #onDue: () => void;
  /** The latest record of each saga that the table does not have yet. */
  readonly #behind = new Map<string, JournalRecord>();
  #isDue = false;
  #written: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onDue called when the table has been behind for long enough. */
  constructor(statements: TableStatements, onDue: () => void) {
    this.#statements = statements;
    this.#onDue = onDue;
  }

  /** How many sagas have records that the table does not have: most of those that are running. */
  get behind(): number {
    return this.#behind.size;
  }

  /** Whether the next write brings it up to date. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Makes the next write bring it up to date. */
  makeDue(): void {
    this.#isDue = true;
  }

  /** Writes what the table needs of records that are written in the same transaction. */
  write(records: readonly JournalRecord[]): void {
    const begun = new Set<string>();
    const operated = new Set<string>();
    for (const record of records) {
      const { saga, event } = record;
      if (saga.seq === 1) begun.add(saga.id);
      if (isOperation(event)) operated.add(saga.id);
      this.#behind.set(saga.id, record);
    }
    const mustBeFound = ({ saga }: JournalRecord) => begun.has(saga.id) || operated.has(saga.id) || statusOf(saga) !== "running";
    const changed = new Set(records.map(({ saga }) => saga.id));
    const latest = [...(this.#isDue ? this.#behind.keys() : changed)].flatMap((id) => this.#behind.get(id) ?? []);
    const due = latest.filter((record) => this.#isDue || mustBeFound(record));
    for (const record of due) {
      if (begun.has(record.saga.id)) this.#insert(record);
      else this.#update(record);
    }
    this.#written = due.map(({ saga }) => saga.id);
  }

  /** The transaction of the last write is committed. */
  committed(): void {
    this.#isDue = false;
    for (const id of this.#written) this.#behind.delete(id);
    this.#written = [];
    if (this.#behind.size > 0) this.#timer ??= setTimeout(() => this.#fallDue(), BEHIND_MS_MAX);
  }

  /** Drops sagas whose start was not written. */
  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#behind.delete(id);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #fallDue(): void {
    this.#timer = undefined;
    this.#isDue = true;
    this.#onDue();
  }

  #insert(record: JournalRecord): void {
    const row = rowOf(record);
    this.#statements.insertSaga.run(...row, sumOf(...row));
  }

  #update(record: JournalRecord): void {
    const row = rowOf(record);
    const [id, , , , status, state, step, content, , , updatedAt, seq] = row;
    this.#statements.updateSaga.run(status, state, step, content, updatedAt, seq, sumOf(...row), id);
  }
}

/** The columns of a saga's row, in the order of its sum. */
function rowOf({ saga, state, step }: JournalRecord) {
  const { id, definition, version, fingerprint, idempotencyKey, createdAt, updatedAt, seq } = saga;
  const origin = [id, definition, version, fingerprint] as const;
  const found = [statusOf(saga), state, step ?? null, contentOf(saga)] as const;
  return [...origin, ...found, idempotencyKey ?? null, createdAt, updatedAt, seq, null] as const;
}

/** What a saga is found by: the texts and numbers in its input and data. */
function contentOf({ input, data }: Saga): string {
  return JSON.stringify(leavesOf([input, data]));
}

/** The texts and numbers in a value, each once. */
function leavesOf(value: Json, leaves = new Set<string | number>()): readonly (string | number)[] {
  if (typeof value === "string" || typeof value === "number") leaves.add(value);
  else if (typeof value === "object" && value !== null) for (const member of Object.values(value)) leavesOf(member, leaves);
  return [...leaves];
}
