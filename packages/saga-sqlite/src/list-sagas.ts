import type { SQLInputValue } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { numberIn, type SagaQuery } from "saga-core";
import { IS_OPEN } from "./statements.ts";

type Row = Readonly<Record<string, unknown>>;
type Read = (sql: string, values: readonly SQLInputValue[]) => readonly Row[];

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** How many sagas are looked through in a turn of the event loop: some milliseconds. */
const SLICE = 1_000;

/**
 * Lists sagas, newest first. Open ones are few, and have an index. All others are looked through slice by slice, so that no question, however
 * little it finds among a million, holds up what the process is there for.
 */
export async function listSagas(query: SagaQuery, read: Read): Promise<readonly string[]> {
  const { status, limit } = query;
  const conditions = conditionsOf(query);
  if (status === "running" || status === "needs_intervention") {
    return select(
      read,
      [{ sql: IS_OPEN, values: [] }, ...conditions, ...(query.before === undefined ? [] : [olderThan(query.before)])],
      limit,
    );
  }
  const found: string[] = [];
  let newest = query.before;
  while (true) {
    const oldest = oldestOfSlice(read, newest);
    const slice = [
      ...(newest === undefined ? [] : [olderThan(newest)]),
      ...(oldest === undefined ? [] : [{ sql: "id >= ?", values: [oldest] }]),
    ];
    found.push(...select(read, [...slice, ...conditions], limit - found.length));
    if (found.length >= limit || oldest === undefined) return found;
    newest = oldest;
    await setImmediate();
  }
}

function olderThan(id: string): Condition {
  return { sql: "id < ?", values: [id] };
}

/** Undefined for the last slice. */
function oldestOfSlice(read: Read, newest: string | undefined): string | undefined {
  const { sql, values } = newest === undefined ? { sql: "TRUE", values: [] } : olderThan(newest);
  const [row] = read(`SELECT id FROM saga WHERE ${sql} ORDER BY id DESC LIMIT 1 OFFSET ?`, [...values, SLICE - 1]);
  return row && String(row["id"]);
}

function select(read: Read, conditions: readonly Condition[], limit: number): readonly string[] {
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}` : "";
  const values = conditions.flatMap((condition) => condition.values);
  return read(`SELECT id FROM saga ${where} ORDER BY id DESC LIMIT ?`, [...values, limit]).map(({ id }) => String(id));
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

/** What is looked for must be in the text of the JSON; where it is, the JSON is read: it may be a part of another number, or a member's name. */
function contentHolds(text: string): Condition {
  const number = numberIn(text) ?? null;
  // As it would be written in JSON: as a text, and as a number.
  const written = new Set([JSON.stringify(text).slice(1, -1), ...(number === null ? [] : [JSON.stringify(number)])]);
  const isWritten = [...written].map((part) =>
    /[a-z]/i.test(part) ? "instr(lower(content), lower(?)) > 0" : "instr(content, ?) > 0",
  );
  return {
    sql: `(${isWritten.join(" OR ")}) AND EXISTS (
      SELECT 1 FROM json_tree(content)
      WHERE (type IN ('integer', 'real') AND atom = ?) OR (type = 'text' AND instr(lower(atom), lower(?)) > 0))`,
    values: [...written, number, text],
  };
}
