import type { StoredRecord } from "saga-core/engine";
import { isUnreadable } from "./sqlite-error.ts";
import type { Statements } from "./statements.ts";
import { sumOf } from "./sums.ts";

interface Range {
  /** Only records with a higher number. */
  readonly after: number;
  /** Only records with a lower number. */
  readonly until: number;
  readonly limit: number;
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
  { after, until, limit }: Range,
): readonly StoredRecord[] {
  try {
    const records = load.all(id, after, until, limit).map((row) => recordOf(id, row));
    if (records.length === limit || until < Number.MAX_SAFE_INTEGER) return records;
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

function recordOf(id: string, { seq, event, sum }: Readonly<Record<string, unknown>>): StoredRecord {
  const isSound = typeof seq === "bigint" && typeof event === "string" && sum === BigInt(sumOf(id, seq, event));
  return { seq: Number(seq), event: isSound ? parse(event) : String(event) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It was damaged before it got its sum.
    return text;
  }
}
