import { numberIn, type OpenPhaseName, type SagaQuery, type SearchOptions } from "saga-core/engine";
import { type Condition, type Read, searchSagas } from "./search-sagas.ts";
import { IS_OPEN } from "./statements.ts";

/** Lists sagas in the order of the query. Open sagas have an index. */
export async function listSagas(query: SagaQuery, read: Read, { signal }: SearchOptions = {}): Promise<readonly string[]> {
  const { limit, order, before, after } = query;
  const range = { limit, by: "id", order, before, after, signal } as const;
  return await searchSagas({ scope: scopeOf(query), conditions: conditionsOf(query), ...range }, read);
}

/**
 * The sagas to search. The condition of a partial index must appear in the query in the same words, or be that its column has a value. Only one index
 * is used: of sagas with late signals, and of those that wait, there are fewer than of open ones.
 */
function scopeOf({ status, phase, waitingFor, lateSignals }: SagaQuery): readonly Condition[] {
  if (lateSignals) return [{ sql: "late_signals = 1", values: [] }];
  if (waitingFor !== undefined) return [{ sql: "waiting_for = ?", values: [waitingFor] }];
  return phase === undefined ? scopeOfStatus(status) : scopeOfPhase(phase);
}

/** Only what the status does not say is in the column, and most sagas go forward. */
function scopeOfPhase(phase: OpenPhaseName): readonly Condition[] {
  switch (phase) {
    case "needs_intervention":
      return scopeOfStatus("needs_intervention");
    case "forward":
      return scopeOfStatus("running");
    case "in_doubt":
    case "undoing":
    case "settling":
    case "retrying":
    case "waiting":
      return [{ sql: "phase = ?", values: [phase] }];
  }
}

function scopeOfStatus(status: SagaQuery["status"]): readonly Condition[] {
  return status === "running" || status === "needs_intervention"
    ? [
        { sql: IS_OPEN, values: [] },
        { sql: "status = ?", values: [status] },
      ]
    : [];
}

function conditionsOf(query: SagaQuery): readonly Condition[] {
  const { definition, status, phase, state, step, waitingFor, created = {}, updated = {}, text } = query;
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
  return [...conditions, ...isAt(phase), ...(text === undefined ? [] : [contentHolds(text)])];
}

/** The plus keeps SQLite from the index of the column, where another one is to be used. */
function isAt(phase: SagaQuery["phase"]): readonly Condition[] {
  switch (phase) {
    case undefined:
      return [];
    case "needs_intervention":
      return [{ sql: "+status = 'needs_intervention'", values: [] }];
    case "forward":
      return [{ sql: "+status = 'running' AND +phase IS NULL", values: [] }];
    case "in_doubt":
    case "undoing":
    case "settling":
    case "retrying":
    case "waiting":
      return [{ sql: "+phase = ?", values: [phase] }];
  }
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
