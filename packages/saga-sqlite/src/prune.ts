import { JournalError } from "saga-core";
import type { CorrelationTable } from "./correlation-table.ts";
import type { JournalFile, Row } from "./journal-file.ts";
import { messageOf } from "./message-of.ts";

export interface PruneOptions {
  /** Milliseconds since the epoch: sagas that ended before it are deleted, but for those with late signals that nobody has acknowledged. */
  readonly endedBefore: number;
  /** Milliseconds since the epoch: the Idempotency-Keys of sagas that ended before it are deleted. */
  readonly keysBefore: number;
  /** How many sagas one call looks at. */
  readonly limit: number;
}

/** The times at which sagas changed last that are next to an instant, in milliseconds since the epoch; undefined where there is none. */
export interface RecordedTimes {
  /** The newest one before the instant. */
  readonly before: number | undefined;
  /** The oldest one from the instant on. */
  readonly since: number | undefined;
}

/** Deletes old sagas and Idempotency-Keys in rounds over the whole journal, a few sagas with each call. */
export class Pruner {
  readonly #file: JournalFile;
  readonly #correlations: CorrelationTable;
  readonly #isPending: (sagaId: string) => boolean;
  /** The last saga of this round that was looked at. */
  #last = "";

  /** @param isPending whether a saga has records that are not written yet. */
  constructor(file: JournalFile, correlations: CorrelationTable, isPending: (sagaId: string) => boolean) {
    this.#file = file;
    this.#correlations = correlations;
    this.#isPending = isPending;
  }

  /**
   * Returns whether there may be more to delete in this round.
   *
   * @throws JournalError when the journal cannot be read or written at present.
   */
  prune({ endedBefore, keysBefore, limit }: PruneOptions): boolean {
    const rows = this.#file.read(() => this.#file.statements.oldest.all(this.#last, limit));
    const old = rows.filter(({ created_at }) => Number(created_at) < Math.max(endedBefore, keysBefore));
    // When a saga ended is not known of a damaged row. A late signal that is not written yet comes after what the row says.
    const ended = old.filter(
      ({ id, status, fits }) => fits === 1n && (status === "completed" || status === "cancelled") && !this.#isPending(String(id)),
    );
    // Somebody must see a late signal: until a person has dealt with it, its saga stays (rule 12).
    const sagas = ended.filter(({ updated_at, late_signals }) => Number(updated_at) < endedBefore && late_signals === null);
    const keys = ended.filter(({ updated_at, idempotency_key }) => Number(updated_at) < keysBefore && idempotency_key !== null);
    if (sagas.length + keys.length > 0) this.#delete(sagas.map(idOf), keys.map(idOf));
    const isMore = old.length > 0 && rows.length === limit;
    this.#last = isMore ? rows.slice(-1).map(idOf).join("") : "";
    return isMore;
  }

  /** @throws JournalError when the journal cannot be read at present. */
  recordedTimes(instant: number): RecordedTimes {
    const row = this.#file.read(() => this.#file.statements.timesAround.get(instant));
    return { before: numberOrNone(row?.["before"]), since: numberOrNone(row?.["since"]) };
  }

  #delete(sagas: readonly string[], keys: readonly string[]): void {
    const { deleteRecords, deleteSaga, forgetKey, lowerSeal } = this.#file.statements;
    try {
      this.#file.transact(() => {
        for (const id of keys) forgetKey.run(id);
        for (const id of sagas) deleteRecords.run(id);
        lowerSeal.run();
        for (const id of sagas) {
          deleteSaga.run(id);
          this.#correlations.forget(id);
        }
      });
    } catch (cause) {
      throw new JournalError(`The journal cannot be pruned at present (${messageOf(cause)}).`, { cause });
    }
  }
}

function idOf({ id }: Row): string {
  return String(id);
}

function numberOrNone(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
