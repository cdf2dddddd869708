import type { SQLInputValue } from "node:sqlite";
import { setImmediate } from "node:timers/promises";

type Row = Readonly<Record<string, unknown>>;
export type Read = (sql: string, values: readonly SQLInputValue[]) => readonly Row[];

/** A condition on the rows of the table of sagas. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

export interface SagaSearch {
  /** What an index narrows the search down to. */
  readonly scope: readonly Condition[];
  readonly conditions: readonly Condition[];
  /** Decides about a saga that fits the conditions. Default: it is found. */
  readonly accept?: (id: string) => boolean;
  readonly limit: number;
  /** The column by which the table is sliced. It has an index that the scope fits. */
  readonly by: "id" | "updated_at";
  /** From the highest value of the column down, or from the lowest one up. Default: down. */
  readonly order?: "newest" | "oldest" | undefined;
  /** Only sagas from this value of the column on. */
  readonly from?: SQLInputValue | undefined;
  /** Only sagas above this value of the column. */
  readonly after?: SQLInputValue | undefined;
  /** Only sagas below this value of the column. */
  readonly before?: SQLInputValue | undefined;
  /** Aborted when nobody waits for the result any more. */
  readonly signal?: AbortSignal | undefined;
}

/** How many sagas the first turn of the event loop searches, and each turn at most. */
const SLICE_FIRST = 200;
const SLICE_MAX = 5_000;
/** How long a turn may take: the next slice is as large as that allows. */
const TURN_MS = 10;
/** What SQLite takes for no limit (https://sqlite.org/lang_select.html#limitoffset). */
const NO_LIMIT = -1;

/** The way through a column. */
interface Way {
  readonly by: SagaSearch["by"];
  readonly next: "<" | ">";
  readonly until: ">=" | "<=";
  readonly sort: "DESC" | "ASC";
}

/**
 * Finds the ids of sagas, in the order of a column. It searches slice by slice, one for each turn of the event loop, so that
 * a search of a million sagas does not delay those that are running. It rejects at the slice after the one in which its signal was aborted.
 */
export async function searchSagas(search: SagaSearch, read: Read): Promise<readonly string[]> {
  const { scope, conditions, accept, limit, by, signal } = search;
  const { way, begin, end } = waysOf(search);
  const found: string[] = [];
  let place: SQLInputValue | undefined = begin;
  let size = SLICE_FIRST;
  while (true) {
    signal?.throwIfAborted();
    const began = performance.now();
    const further = [...scope, ...bound(`${by} ${way.next} ?`, place)];
    const last = lastOfSlice(read, way, [...further, ...end], size);
    // One bound at the end alone: of two, SQLite might search the index from the farther one on.
    const slice = [...further, ...(last === undefined ? end : bound(`${by} ${way.until} ?`, last))];
    const matching = select(read, way, [...slice, ...conditions], accept ? NO_LIMIT : limit - found.length);
    for (const id of matching) if (found.length < limit && (!accept || accept(id))) found.push(id);
    if (found.length >= limit || last === undefined) return found;
    place = last;
    size = nextSize(size, performance.now() - began);
    await setImmediate();
  }
}

/** The value before the first one, and the conditions that the last one fulfils. */
function waysOf({ by, order, from, after, before }: SagaSearch) {
  const [isAbove, isBelow] = [bound(`${by} > ?`, after), bound(`${by} < ?`, before)];
  const isFrom = bound(`${by} >= ?`, from);
  switch (order) {
    case undefined:
    case "newest":
      return { way: { by, next: "<", until: ">=", sort: "DESC" }, begin: before, end: [...isFrom, ...isAbove] } as const;
    case "oldest":
      return { way: { by, next: ">", until: "<=", sort: "ASC" }, begin: after, end: [...isFrom, ...isBelow] } as const;
  }
}

function nextSize(size: number, tookMs: number): number {
  const fitting = Math.floor((size * TURN_MS) / Math.max(tookMs, 1));
  return Math.min(SLICE_MAX, Math.max(1, Math.min(fitting, size * 2)));
}

function bound(sql: string, value: SQLInputValue | undefined): readonly Condition[] {
  return value === undefined ? [] : [{ sql, values: [value] }];
}

/** Undefined for the last slice. */
function lastOfSlice(read: Read, { by, sort }: Way, conditions: readonly Condition[], size: number) {
  const { where, values } = joined(conditions);
  const [row] = read(`SELECT ${by} AS last FROM saga ${where} ORDER BY ${by} ${sort} LIMIT 1 OFFSET ?`, [...values, size - 1]);
  const last = row?.["last"];
  return typeof last === "string" || typeof last === "number" ? last : undefined;
}

function select(read: Read, { by, sort }: Way, conditions: readonly Condition[], limit: number): readonly string[] {
  const { where, values } = joined(conditions);
  return read(`SELECT id FROM saga ${where} ORDER BY ${by} ${sort} LIMIT ?`, [...values, limit]).map(({ id }) => String(id));
}

function joined(conditions: readonly Condition[]) {
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}` : "";
  return { where, values: conditions.flatMap(({ values }) => values) };
}
