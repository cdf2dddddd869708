import type { DatabaseSync, StatementSync } from "node:sqlite";

/** The condition of the index of open sagas. A query uses the index only with the same condition (https://sqlite.org/partialindex.html). */
export const IS_OPEN = "status IN ('running', 'needs_intervention')";

/** The statements of a journal, each prepared once. */
export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    begin: prepare("BEGIN IMMEDIATE"),
    commit: prepare("COMMIT"),
    rollback: prepare("ROLLBACK"),
    advance: prepare("UPDATE progress SET value = ? WHERE id = 1 AND value = ?"),
    insertRecord: prepare("INSERT INTO record (saga_id, seq, event) VALUES (?, ?, ?)"),
    insertSaga: prepare(`
      INSERT INTO saga (id, definition, version, fingerprint, status, state, step, content, idempotency_key, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    updateSaga: prepare("UPDATE saga SET status = ?, state = ?, step = ?, content = ?, updated_at = ? WHERE id = ?"),
    load: prepare("SELECT seq, event FROM record WHERE saga_id = ? AND seq > ? AND seq < ? ORDER BY seq LIMIT ?"),
    deleteCompacted: prepare("DELETE FROM record WHERE saga_id = ? AND seq >= ? AND seq < ?"),
    replaceRecord: prepare("UPDATE record SET event = ? WHERE saga_id = ? AND seq = ?"),
    open: prepare(`SELECT id FROM saga WHERE ${IS_OPEN} AND status = ? AND id > ? ORDER BY id LIMIT ?`),
    openVersions: prepare(`
      SELECT definition, version, fingerprint, min(id) AS example, sum(status = 'running') AS running
      FROM saga WHERE ${IS_OPEN}
      GROUP BY definition, version, fingerprint`),
    idOfKey: prepare("SELECT id FROM saga WHERE idempotency_key = ?"),
    oldest: prepare("SELECT id, status, idempotency_key, created_at, updated_at FROM saga WHERE id > ? ORDER BY id LIMIT ?"),
    timesAround: prepare(`
      SELECT (SELECT max(updated_at) FROM saga WHERE updated_at < ?1) AS before, (SELECT min(updated_at) FROM saga WHERE updated_at >= ?1) AS since`),
    deleteRecords: prepare("DELETE FROM record WHERE saga_id = ?"),
    deleteSaga: prepare("DELETE FROM saga WHERE id = ?"),
    forgetKey: prepare("UPDATE saga SET idempotency_key = NULL WHERE id = ?"),
    pauses: prepare("SELECT definition, at, asked_by, note, automatic FROM pause"),
    pause: prepare("INSERT OR REPLACE INTO pause (definition, at, asked_by, note, automatic) VALUES (?, ?, ?, ?, ?)"),
    endPause: prepare("DELETE FROM pause WHERE definition = ?"),
  };
}
