import type { SQLInputValue } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { numberIn, type SagaQuery } from "saga-core/engine";
import { IS_OPEN } from "./statements.ts";

type Row = Readonly<Record<string, unknown>>;
type Read = (sql: string, values: readonly SQLInputValue[]) => readonly Row[];

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** How many sagas the first turn of the event loop searches, and each turn at most. */
const SLICE_FIRST = 200;
const SLICE_MAX = 5_000;
/** How long a turn may take: the next slice is as large as that allows. */
const TURN_MS = 10;

/**
 * Lists sagas, newest first. It searches slice by slice, one for each turn of the event loop, so that a search of a million sagas does not
 * delay those that are running. Open sagas have an index.
 */
export async function listSagas(query: SagaQuery, read: Read): Promise<readonly string[]> {
  const { limit } = query;
  const conditions = conditionsOf(query);
  const scope = scopeOf(query);
  const found: string[] = [];
  let newest = query.before;
  let size = SLICE_FIRST;
  while (true) {
    const began = performance.now();
    const newer = newest === undefined ? [] : [olderThan(newest)];
    const oldest = oldestOfSlice(read, [...scope, ...newer], size);
    const slice = [...scope, ...newer, ...(oldest === undefined ? [] : [{ sql: "id >= ?", values: [oldest] }])];
    found.push(...select(read, [...slice, ...conditions], limit - found.length));
    if (found.length >= limit || oldest === undefined) return found;
    newest = oldest;
    size = nextSize(size, performance.now() - began);
    await setImmediate();
  }
}

function nextSize(size: number, tookMs: number): number {
  const fitting = Math.floor((size * TURN_MS) / Math.max(tookMs, 1));
  return Math.min(SLICE_MAX, Math.max(1, Math.min(fitting, size * 2)));
}

/** The sagas to search. The condition of a partial index must appear in the query in the same words. */
function scopeOf({ status }: SagaQuery): readonly Condition[] {
  return status === "running" || status === "needs_intervention"
    ? [
        { sql: IS_OPEN, values: [] },
        { sql: "status = ?", values: [status] },
      ]
    : [];
}

function olderThan(id: string): Condition {
  return { sql: "id < ?", values: [id] };
}

/** Undefined for the last slice. */
function oldestOfSlice(read: Read, conditions: readonly Condition[], size: number): string | undefined {
  const { where, values } = joined(conditions);
  const [row] = read(`SELECT id FROM saga ${where} ORDER BY id DESC LIMIT 1 OFFSET ?`, [...values, size - 1]);
  return row && String(row["id"]);
}

function select(read: Read, conditions: readonly Condition[], limit: number): readonly string[] {
  const { where, values } = joined(conditions);
  return read(`SELECT id FROM saga ${where} ORDER BY id DESC LIMIT ?`, [...values, limit]).map(({ id }) => String(id));
}

function joined(conditions: readonly Condition[]) {
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}` : "";
  return { where, values: conditions.flatMap(({ values }) => values) };
}

function conditionsOf({ definition, status, state, step, created = {}, updated = {}, text }: SagaQuery): readonly Condition[] {
  const simple = {
    "definition = ?": definition,
    "status = ?": status,
    "state = ?": state,
    "step = ?": step,
    "created_at >= ?": created.from,
    "created_at < ?": created.before,
    "updated_at >= ?": updated.from,
    "updated_at < ?": updated.before,
  };
  const conditions = Object.entries(simple).flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, values: [value] }]));
  return text === undefined ? conditions : [...conditions, contentHolds(text)];
}

/** First finds the text anywhere in the JSON, which is fast. Then it reads the JSON, because a number may be a part of another one. */
function contentHolds(text: string): Condition {
  const number = numberIn(text) ?? null;
  // The text as JSON writes it: as a string, and as a number.
  const written = new Set([JSON.stringify(text).slice(1, -1), ...(number === null ? [] : [JSON.stringify(number)])]);
  const isWritten = [...written].map((part) =>
    /[a-z]/i.test(part) ? "instr(lower(content), lower(?)) > 0" : "instr(content, ?) > 0",
  );
  return {
    sql: `(${isWritten.join(" OR ")}) AND EXISTS (
      SELECT 1 FROM json_each(content)
      WHERE (type IN ('integer', 'real') AND atom = ?) OR (type = 'text' AND instr(lower(atom), lower(?)) > 0))`,
    values: [...written, number, text],
  };
}
