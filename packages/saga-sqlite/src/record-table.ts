import { Buffer } from "node:buffer";
import { type CompactedRecord, firstSeqOf, type JournalRecord } from "saga-core/engine";
import type { Statements } from "./statements.ts";
import { sumOf } from "./sums.ts";
import type { TermsTable } from "./terms-table.ts";

type RecordStatements = Pick<Statements, "insertRecord" | "deleteRecord" | "recordsBetween" | "lowerSeal">;

/**
 * The table of records. The records of a saga that are written in one transaction are one row: a list of events, with the number of the last of
 * them. A start is a row of its own, and so is a compacted record: both are read by SQL.
 */
export class RecordTable {
  readonly #statements: RecordStatements;
  readonly #terms: TermsTable;

  constructor(statements: RecordStatements, terms: TermsTable) {
    this.#statements = statements;
    this.#terms = terms;
  }

  /** Writes records in a transaction of the caller, those of each saga in order. Returns how many bytes their events have. */
  write(records: readonly JournalRecord[]): number {
    let bytes = 0;
    let row: JournalRecord[] = [];
    const flush = () => {
      const last = row.at(-1);
      if (last)
        bytes += this.#put(
          last.saga.id,
          last.saga.seq,
          row.map(({ event }) => this.#terms.write(event)),
        );
      row = [];
    };
    for (const record of records) {
      const { saga, event } = record;
      const isAlone = saga.seq === 1 || event.type === "compacted";
      if (isAlone || row[0]?.saga.id !== saga.id) flush();
      if (firstSeqOf(record) < saga.seq) this.#clear(saga.id, firstSeqOf(record), saga.seq - 1);
      row.push(record);
      if (isAlone) flush();
    }
    flush();
    return bytes;
  }

  /** Puts compacted records in the place of those that they stand for, in a transaction of the caller. */
  compact(id: string, records: readonly CompactedRecord[]): void {
    for (const { seq, event } of records) {
      this.#clear(id, seq - event.records + 1, seq);
      this.#put(id, seq, [JSON.stringify(event)]);
    }
  }

  #put(id: string, seq: number, events: readonly string[]): number {
    const text = events.length === 1 ? events.join() : `[${events.join()}]`;
    this.#statements.insertRecord.run(id, seq, text, sumOf(id, seq, text));
    return Buffer.byteLength(text);
  }

  /**
   * Deletes the records of a saga whose numbers are in a range. What else is in their rows stays, and so does a row that is damaged: a fresh sum
   * would hide that. Its saga cannot be read any more.
   */
  #clear(id: string, first: number, last: number): void {
    for (const { seq: found, event, sum } of this.#statements.recordsBetween.all(id, first, last)) {
      const text = String(event);
      const seq = Number(found);
      if (sum !== BigInt(sumOf(id, seq, text))) continue;
      const events = eventsIn(text);
      const before = events.slice(0, Math.max(0, first - (seq - events.length + 1)));
      const after = seq > last ? events.slice(Math.max(0, events.length - (seq - last))) : [];
      if (after.length === events.length) break;
      this.#statements.deleteRecord.run(id, seq);
      if (before.length > 0) this.#put(id, first - 1, before);
      if (after.length > 0) this.#put(id, seq, after);
    }
    // SQLite may give the rowids of those that were deleted to the next ones.
    this.#statements.lowerSeal.run();
  }
}

/** The events in a row, as texts. */
function eventsIn(text: string): readonly string[] {
  if (!text.startsWith("[")) return [text];
  const events: unknown = JSON.parse(text);
  return Array.isArray(events) ? events.map((event) => JSON.stringify(event)) : [text];
}
