import type { StoredRecord } from "saga-core/engine";
import { isUnreadable } from "./sqlite-error.ts";
import type { Statements } from "./statements.ts";
import { sumOf } from "./sums.ts";

interface Range {
  /** Only records with a higher number. */
  readonly after: number;
  /** The most rows that are read; each has one record or more. */
  readonly limit: number;
  /** Whether all of the saga's records are in the file. */
  readonly isWhole: boolean;
}

/**
 * Reads records of a saga from the file. One that is damaged is given as a text: its reader reports it. So is what is known to be missing, and
 * the end of a quarantined saga, whose records may all fit.
 *
 * @throws the error of SQLite, unless it is about what is read.
 */
export function readRecords(
  { load, rowOf }: Pick<Statements, "load" | "rowOf">,
  id: string,
  { after, limit, isWhole }: Range,
): readonly StoredRecord[] {
  try {
    const rows = load.all(id, after, limit);
    const records = rows.flatMap((row) => recordsIn(id, row)).filter(({ seq }) => seq > after);
    if (rows.length === limit || !isWhole) return records;
    const last = records.at(-1)?.seq ?? after;
    const row = rowOf.get(id);
    const { seq = 0n, damage = null } = row ?? {};
    if (damage !== null) return [...records, { seq: last + 1, event: String(damage) }];
    return Number(seq) > last
      ? [...records, { seq: last + 1, event: `the records from number ${last + 1} on are missing` }]
      : records;
  } catch (cause) {
    if (!isUnreadable(cause)) throw cause;
    return [{ seq: after + 1, event: "a part of the file is damaged" }];
  }
}

/** The records in a row, which has the number of the last of them. */
function recordsIn(id: string, { seq: found, event, sum }: Readonly<Record<string, unknown>>): readonly StoredRecord[] {
  const seq = Number(found);
  const isSound = typeof found === "bigint" && typeof event === "string" && sum === BigInt(sumOf(id, found, event));
  const value = isSound ? parse(event) : String(event);
  return Array.isArray(value)
    ? value.map((one: unknown, place) => ({ seq: seq - value.length + 1 + place, event: one }))
    : [{ seq, event: value }];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It was damaged before it got its sum.
    return text;
  }
}
