import { type CorrelationQuery, correlationName, type JournalRecord } from "saga-core/engine";
import { CORRELATION_SUM, type Prepare, sumOf } from "./sums.ts";

/** The migration that makes the table. */
export const CORRELATION_TABLE = `
  CREATE TABLE correlation (
    definition TEXT NOT NULL,
    step TEXT NOT NULL,
    correlation TEXT NOT NULL,
    saga_id TEXT NOT NULL,
    sum INTEGER NOT NULL,
    PRIMARY KEY (definition, step, correlation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX correlation_of_saga ON correlation (saga_id);
  `;

/** The table by which a saga that waits is found. It is written in the transaction of the record that brings a correlation. */
export class CorrelationTable {
  readonly #claim: ReturnType<Prepare>;
  readonly #holder: ReturnType<Prepare>;
  readonly #forget: ReturnType<Prepare>;
  readonly #isPending: (sagaId: string) => boolean;
  /** The sagas that hold correlations by records that are not written yet. */
  readonly #claimed = new Map<string, string>();

  /** @param isPending whether a saga has records that are not written yet: one that could not begin has none, and holds nothing. */
  constructor(prepare: Prepare, isPending: (sagaId: string) => boolean) {
    this.#isPending = isPending;
    // The first claim counts, also where its row is damaged: the next start mends it.
    this.#claim = prepare(
      "INSERT INTO correlation (definition, step, correlation, saga_id, sum) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#holder = prepare(
      `SELECT saga_id, sum = ${CORRELATION_SUM} AS fits FROM correlation WHERE definition = ? AND step = ? AND correlation = ?`,
    );
    this.#forget = prepare("DELETE FROM correlation WHERE saga_id = ?");
  }

  /** Notes the claims of a record that is appended. Sagas may be written in another order: the first one appended holds a correlation. */
  note({ saga: { id, definition }, claims = [] }: JournalRecord): void {
    for (const { step, correlation } of claims) {
      const query = { definition, step, correlation };
      if (!this.#isHeld(query)) this.#claimed.set(correlationName(query), id);
    }
  }

  /** A file that cannot be read now is asked when the claim is written: its holder stays. */
  #isHeld(query: CorrelationQuery): boolean {
    try {
      return this.holderOf(query) !== undefined;
    } catch {
      return this.#claimed.has(correlationName(query));
    }
  }

  /** Indexes the claims of records, within the transaction of its caller. */
  write(records: readonly JournalRecord[]): void {
    for (const { saga, claims = [] } of records)
      for (const { step, correlation } of claims) {
        const { id, definition } = saga;
        const holder = this.#pendingHolder({ definition, step, correlation }) ?? id;
        if (holder === id) this.#claim.run(definition, step, correlation, id, sumOf(definition, step, correlation, id));
      }
  }

  /** The transaction that wrote these records is committed. */
  committed(records: readonly JournalRecord[]): void {
    for (const { saga, claims = [] } of records)
      for (const { step, correlation } of claims) {
        const name = correlationName({ definition: saga.definition, step, correlation });
        if (this.#claimed.get(name) === saga.id) this.#claimed.delete(name);
      }
  }

  /**
   * The id of the saga that holds a correlation.
   *
   * @throws Error if that is damaged: no other saga may hold it, and no signal finds another one.
   */
  holderOf(query: CorrelationQuery): string | undefined {
    const { definition, step, correlation } = query;
    const row = this.#holder.get(definition, step, correlation);
    if (row?.["fits"] === 0) throw new Error(`the correlation of a saga for "${step}" is damaged: the next start mends it`);
    const id = row?.["saga_id"];
    return typeof id === "string" ? id : this.#pendingHolder(query);
  }

  /** A saga that could not begin has claimed nothing. */
  #pendingHolder(query: CorrelationQuery): string | undefined {
    const claimed = this.#claimed.get(correlationName(query));
    return claimed !== undefined && this.#isPending(claimed) ? claimed : undefined;
  }

  /** Forgets the correlations of a saga that is deleted, within the transaction of its caller. */
  forget(sagaId: string): void {
    this.#forget.run(sagaId);
  }
}
