import { isOperation, type JournalRecord, type Json, statusOf } from "saga-core";
import type { Statements } from "./statements.ts";

/**
 * The table of sagas, by which they are found and listed. That one began or ended, needs a human, or goes on because a person asked for
 * something, is written with the record that says so: after a crash it is found by it. Where a running one stands is written a little
 * later, all at once: most are at their end by then.
 */
export class SagaTable {
  /** The next write brings the table up to date. */
  isDue = false;
  readonly #statements: Pick<Statements, "insertSaga" | "updateSaga">;
  readonly #behind = new Map<string, JournalRecord>();
  #written: readonly string[] = [];

  constructor(statements: Pick<Statements, "insertSaga" | "updateSaga">) {
    this.#statements = statements;
  }

  /** Of how many sagas the table does not have the latest record: of most that run. */
  get behind(): number {
    return this.#behind.size;
  }

  /** Takes records in, within their transaction. */
  write(records: readonly JournalRecord[]): void {
    const begun = new Set<string>();
    const asked = new Set<string>();
    for (const { saga, event } of records) {
      if (saga.seq === 1) begun.add(saga.id);
      if (isOperation(event)) asked.add(saga.id);
    }
    for (const record of records) this.#behind.set(record.saga.id, record);
    const written = new Set(records.map(({ saga }) => saga.id));
    const due = [...(this.isDue ? this.#behind.keys() : written)]
      .flatMap((id) => this.#behind.get(id) ?? [])
      .filter(({ saga }) => this.isDue || begun.has(saga.id) || asked.has(saga.id) || statusOf(saga) !== "running");
    for (const { saga, state, step = null } of due) {
      const { id, definition, version, fingerprint, idempotencyKey = null, createdAt, updatedAt } = saga;
      const status = statusOf(saga);
      const content = JSON.stringify(leavesOf([saga.input, saga.data]));
      if (!begun.has(id)) this.#statements.updateSaga.run(status, state, step, content, updatedAt, id);
      else
        this.#statements.insertSaga.run(
          id,
          definition,
          version,
          fingerprint,
          status,
          state,
          step,
          content,
          idempotencyKey,
          createdAt,
          updatedAt,
        );
    }
    this.#written = due.map(({ saga }) => saga.id);
  }

  /** What was written stands. */
  committed(): void {
    this.isDue = false;
    for (const id of this.#written) this.#behind.delete(id);
    this.#written = [];
  }

  /** Sagas that did not begin. */
  forget(ids: ReadonlyMap<string, unknown>): void {
    for (const id of ids.keys()) this.#behind.delete(id);
  }
}

/** The texts and numbers in a value, each once: what it is found by. */
function leavesOf(value: Json, leaves = new Set<string | number>()): readonly (string | number)[] {
  if (typeof value === "string" || typeof value === "number") leaves.add(value);
  else if (typeof value === "object" && value !== null) for (const member of Object.values(value)) leavesOf(member, leaves);
  return [...leaves];
}
