import { numberIn, type SagaQuery, type SearchOptions } from "saga-core/engine";
import { type Condition, type Read, searchSagas } from "./search-sagas.ts";
import { IS_OPEN } from "./statements.ts";

/** Lists sagas, newest first. Open sagas have an index. */
export async function listSagas(query: SagaQuery, read: Read, { signal }: SearchOptions = {}): Promise<readonly string[]> {
  const { limit, before } = query;
  const search = { scope: scopeOf(query), conditions: conditionsOf(query), limit, by: "id", before, signal } as const;
  return await searchSagas(search, read);
}

/**
 * The sagas to search. The condition of a partial index must appear in the query in the same words, or be that its column has a value. Only one index
 * is used: of sagas with late signals, and of those that wait, there are fewer than of open ones.
 */
function scopeOf({ status, waitingFor, lateSignals }: SagaQuery): readonly Condition[] {
  if (lateSignals) return [{ sql: "late_signals = 1", values: [] }];
  if (waitingFor !== undefined) return [{ sql: "waiting_for = ?", values: [waitingFor] }];
  return status === "running" || status === "needs_intervention"
    ? [
        { sql: IS_OPEN, values: [] },
        { sql: "status = ?", values: [status] },
      ]
    : [];
}

function conditionsOf(query: SagaQuery): readonly Condition[] {
  const { definition, status, state, step, waitingFor, created = {}, updated = {}, text } = query;
  const simple = {
    "definition = ?": definition,
    "status = ?": status,
    "state = ?": state,
    "step = ?": step,
    // The plus keeps SQLite from the index of this column, where another one is to be used.
    "+waiting_for = ?": waitingFor,
    "created_at >= ?": created.from,
    "created_at < ?": created.before,
    // The plus keeps SQLite from the index of this column: the slice is a range of ids (https://sqlite.org/optoverview.html).
    "+updated_at >= ?": updated.from,
    "+updated_at < ?": updated.before,
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
    sql: `(${isWritten.join(" OR ")}) AND CASE WHEN json_valid(content) THEN EXISTS (
      SELECT 1 FROM json_each(content)
      WHERE (type IN ('integer', 'real') AND atom = ?) OR (type = 'text' AND instr(lower(atom), lower(?)) > 0)) END`,
    values: [...written, number, text],
  };
}
