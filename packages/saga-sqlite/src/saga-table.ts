import { clearTimeout, setTimeout } from "node:timers";
import { type Saga, statusOf } from "saga-core";
import {
  type IndexedSaga,
  isOperation,
  type JournalRecord,
  type Json,
  openPhaseOf,
  unseenSignals,
  waitingFor,
} from "saga-core/engine";
import type { Statements } from "./statements.ts";
import { sumOfSaga } from "./sums.ts";

/** How long the table may be behind the records of a running saga. */
const BEHIND_MS_MAX = 2_000;

type TableStatements = Pick<Statements, "writeSaga">;

/**
 * The table by which sagas are found and listed. It is written together with a record that ends a saga, makes it need a human, or lets it go on
 * because of an operation. Where a running saga stands is written a little later, for all of them at once: most have ended by then, and are
 * written once. After a crash the next start gives a row to those that have none (`giveRows`). A saga with a key is written when it begins, too:
 * its row is the second copy of its key, so that one damaged record does not let a retry start another saga.
 */
export class SagaTable {
  readonly #statements: TableStatements;
  readonly #onDue: () => void;
  /** The latest record of each saga that the table does not have yet. */
  readonly #behind = new Map<string, IndexedSaga>();
  /** Those of them that have no row at all. */
  readonly #withoutRow = new Set<string>();
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

  /** Whether a saga has records and no row yet. */
  lacksRow(id: string): boolean {
    return this.#withoutRow.has(id);
  }

  /** The latest records of the sagas that have no row yet. */
  get withoutRow(): readonly IndexedSaga[] {
    return [...this.#withoutRow].flatMap((id) => this.#behind.get(id) ?? []);
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
    const mustBeFound = new Set<string>();
    for (const record of records) {
      const { saga, event } = record;
      const { id } = saga;
      const hasKey = saga.seq === 1 && saga.idempotencyKey !== undefined;
      // A signal ends the question of a saga that needs a human.
      const goesOn = isOperation(event) || event.type === "signalled";
      if (hasKey || goesOn || statusOf(saga) !== "running") mustBeFound.add(id);
      if (saga.seq === 1) this.#withoutRow.add(id);
      this.#behind.set(id, record);
    }
    const written = this.#isDue ? [...this.#behind.keys()] : [...mustBeFound];
    for (const id of written) {
      const record = this.#behind.get(id);
      if (record) this.#put(record);
    }
    this.#written = written;
  }

  /** Writes the row of a saga before long, whose last record is written. */
  writeLater(found: IndexedSaga): void {
    const { id } = found.saga;
    // What is behind already is newer.
    if (!this.#behind.has(id)) this.#behind.set(id, found);
    this.#fallDueLater();
  }

  /** The transaction of the last write is committed. */
  committed(): void {
    this.#isDue = false;
    this.#drop(this.#written);
    this.#written = [];
    if (this.#behind.size > 0) this.#fallDueLater();
  }

  /** Drops sagas whose start was not written. */
  forget(ids: Iterable<string>): void {
    this.#drop(ids);
  }

  #drop(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#behind.delete(id);
      this.#withoutRow.delete(id);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #fallDueLater(): void {
    this.#timer ??= setTimeout(() => this.#fallDue(), BEHIND_MS_MAX);
  }

  #fallDue(): void {
    this.#timer = undefined;
    this.#isDue = true;
    this.#onDue();
  }

  #put(record: IndexedSaga): void {
    const row = rowOf(record);
    this.#statements.writeSaga.run(...row, sumOfSaga(...row));
  }
}

/** The columns of a saga's row, in the order of its sum. */
function rowOf({ saga, state, step }: IndexedSaga) {
  const { id, definition, version, fingerprint, idempotencyKey, createdAt, updatedAt, seq } = saga;
  const origin = [id, definition, version, fingerprint] as const;
  const found = [statusOf(saga), state, step ?? null, contentOf(saga)] as const;
  const waits = [waitingFor(saga) ?? null, unseenSignals(saga).length > 0 ? 1 : null] as const;
  return [...origin, ...found, idempotencyKey ?? null, createdAt, updatedAt, seq, null, ...waits, phaseColumnOf(saga)] as const;
}

/** What a saga is at, where its status does not say it, and it is more than to go forward: few sagas have one, so few commits write it. */
export function phaseColumnOf(saga: Saga): string | null {
  const name = openPhaseOf({ saga })?.name;
  return name === undefined || name === "forward" || name === "needs_intervention" ? null : name;
}

/** What a saga is found by: the texts and numbers in its input and data. */
function contentOf({ input, data }: Saga): string {
  return JSON.stringify(leavesOf([input, data]));
}

/** The texts and numbers in a value, each once. A list instead of recursion: a participant's reply may nest deeper than the stack is. */
function leavesOf(value: Json): readonly (string | number)[] {
  const leaves = new Set<string | number>();
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === "string" || typeof next === "number") leaves.add(next);
    else if (typeof next === "object" && next !== null) for (const member of Object.values(next).reverse()) open.push(member);
  }
  return [...leaves];
}
