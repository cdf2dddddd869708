import type { DatabaseSync, StatementSync } from "node:sqlite";
import { prepareExact } from "./prepare-exact.ts";
import { LOWER_SEAL, SEAL_RECORDS } from "./seal.ts";
import { PAUSE_SUM, RECORD_SUM, SAGA_COLUMNS, SAGA_SUM } from "./sums.ts";

/** The condition of the index of open sagas. A query uses the index only with the same condition (https://sqlite.org/partialindex.html). */
export const IS_OPEN = "status IN ('running', 'needs_intervention')";

/** The records whose rowids are in a range, and that fit their sum but are not found by the index under their own saga and number. */
export const NOT_INDEXED: string = `
  SELECT 1 FROM record AS r NOT INDEXED
  WHERE rowid > ? AND rowid <= ? AND sum = ${RECORD_SUM} AND NOT EXISTS (
    SELECT 1 FROM record AS i INDEXED BY record_of_saga WHERE i.saga_id = r.saga_id AND i.seq = r.seq AND i.rowid = r.rowid)`;

/** How many records a row stands for. Few are compacted: the JSON of the others is not read. */
export const RECORDS = `CASE
  WHEN substr(event, 1, 1) = '[' AND json_valid(event) THEN json_array_length(event)
  WHEN instr(event, '"compacted"') > 0 AND json_valid(event) AND json_extract(event, '$.type') = 'compacted' THEN json_extract(event, '$.records')
  ELSE 1 END`;

/** Sagas that have records and no row. The table is read itself: its index may be damaged. */
export const WITHOUT_ROW = `
  SELECT DISTINCT saga_id AS id FROM record NOT INDEXED
  WHERE NOT EXISTS (SELECT 1 FROM saga WHERE saga.id = saga_id)`;

/** Of a saga: how many of its rows of records are damaged, how many records they stand for, and the number of the last one. */
export const STATE_OF_RECORDS: string = `
  SELECT total(sum IS NOT ${RECORD_SUM} OR NOT json_valid(event)) AS damaged, total(${RECORDS}) AS records, max(seq) AS last
  FROM record WHERE saga_id = ?`;

/** The events in a row, as a table, which a query calls `one`. */
export const EVENTS = `json_each(CASE WHEN NOT json_valid(event) THEN '[]' WHEN substr(event, 1, 1) = '[' THEN event ELSE '[' || event || ']' END)`;

/** One of them. */
export const ONE = "CASE one.type WHEN 'object' THEN one.value ELSE '{}' END";

export const PAUSES: string = `SELECT definition, at, asked_by, note, automatic, damaged, sum = ${PAUSE_SUM} AS fits FROM pause`;
export const WRITE_PAUSE =
  "INSERT OR REPLACE INTO pause (definition, at, asked_by, note, automatic, damaged, sum) VALUES (?, ?, ?, ?, ?, ?, ?)";

/** A page of all sagas, whether the row of each fits its sum, and whether the indexes find it. */
const SAGAS_TO_VERIFY = `
  SELECT *, sum = ${SAGA_SUM} AS fits,
    (idempotency_key IS NULL
      OR EXISTS (SELECT 1 FROM saga AS k INDEXED BY saga_key WHERE k.idempotency_key = s.idempotency_key AND k.id = s.id))
    AND EXISTS (SELECT 1 FROM saga AS u INDEXED BY saga_updated WHERE u.updated_at = s.updated_at AND u.id = s.id)
    AND (waiting_for IS NULL
      OR EXISTS (SELECT 1 FROM saga AS w INDEXED BY saga_waiting WHERE w.waiting_for = s.waiting_for AND w.id = s.id))
    AND (late_signals IS NULL
      OR EXISTS (SELECT 1 FROM saga AS l INDEXED BY saga_late WHERE l.late_signals = s.late_signals AND l.id = s.id))
    AND (phase IS NULL
      OR EXISTS (SELECT 1 FROM saga AS p INDEXED BY saga_phase WHERE p.phase = s.phase AND p.id = s.id)) AS is_found
  FROM saga AS s NOT INDEXED WHERE id > ? ORDER BY id LIMIT ?`;

/** The records whose rowids are in a range, and that do not fit their sum or belong to no saga. */
const STRANGE_RECORDS = `
  SELECT saga_id, sum = ${RECORD_SUM} AS fits FROM record NOT INDEXED
  WHERE rowid > ? AND rowid <= ? AND (sum <> ${RECORD_SUM} OR NOT EXISTS (SELECT 1 FROM saga WHERE id = saga_id))`;

/** The statements of a journal, each prepared once. */
export type Statements = Readonly<Record<StatementName, StatementSync>>;

type StatementName =
  | "begin"
  | "commit"
  | "rollback"
  | "advance"
  | "insertRecord"
  | "writeSaga"
  | "indexedOf"
  | "rowOf"
  | "load"
  | "recordsBetween"
  | "deleteRecord"
  | "open"
  | "openVersions"
  | "idOfKey"
  | "oldest"
  | "timesAround"
  | "deleteRecords"
  | "deleteSaga"
  | "forgetKey"
  | "sealRecords"
  | "lowerSeal"
  | "sagasToVerify"
  | "lastOfRecords"
  | "notIndexed"
  | "strangeRecords"
  | "pauses"
  | "pause"
  | "endPause";

export function prepareStatements(database: DatabaseSync): Statements {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  const exact = (sql: string): StatementSync => prepareExact(prepare, sql);
  return {
    begin: prepare("BEGIN IMMEDIATE"),
    commit: prepare("COMMIT"),
    rollback: prepare("ROLLBACK"),
    advance: prepare("UPDATE progress SET value = ? WHERE id = 1 AND value = ?"),
    insertRecord: prepare("INSERT INTO record (saga_id, seq, event, sum) VALUES (?, ?, ?, ?)"),
    writeSaga: prepare(`
      INSERT INTO saga (${SAGA_COLUMNS}, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET status = excluded.status, state = excluded.state, step = excluded.step, content = excluded.content,
        updated_at = excluded.updated_at, seq = excluded.seq, damage = NULL, waiting_for = excluded.waiting_for,
        late_signals = excluded.late_signals, phase = excluded.phase, sum = excluded.sum`),
    indexedOf: prepare("SELECT seq, waiting_for, phase FROM saga WHERE id = ?"),
    rowOf: exact("SELECT seq, damage FROM saga WHERE id = ?"),
    load: exact("SELECT seq, event, sum FROM record WHERE saga_id = ? AND seq > ? ORDER BY seq LIMIT ?"),
    recordsBetween: exact(`
      SELECT seq, event, sum FROM record
      WHERE saga_id = ?1 AND seq >= ?2
        AND seq <= coalesce((SELECT min(seq) FROM record WHERE saga_id = ?1 AND seq > ?3), ?3)
      ORDER BY seq`),
    deleteRecord: prepare("DELETE FROM record WHERE saga_id = ? AND seq = ?"),
    open: prepare(`SELECT id FROM saga WHERE ${IS_OPEN} AND status = ? AND id > ? ORDER BY id LIMIT ?`),
    openVersions: prepare(`
      SELECT definition, version, fingerprint, min(id) AS example, sum(status = 'running') AS running
      FROM saga WHERE ${IS_OPEN} AND damage IS NULL
      GROUP BY definition, version, fingerprint`),
    idOfKey: prepare("SELECT id FROM saga WHERE idempotency_key = ?"),
    oldest: exact(`
      SELECT id, status, late_signals, idempotency_key, created_at, updated_at, sum = ${SAGA_SUM} AS fits FROM saga WHERE id > ? ORDER BY id LIMIT ?`),
    timesAround: prepare(`
      SELECT (SELECT max(updated_at) FROM saga WHERE updated_at < ?1) AS before, (SELECT min(updated_at) FROM saga WHERE updated_at >= ?1) AS since`),
    deleteRecords: prepare("DELETE FROM record WHERE saga_id = ?"),
    deleteSaga: prepare("DELETE FROM saga WHERE id = ?"),
    forgetKey: prepare(`
      UPDATE saga SET idempotency_key = NULL, sum = ${SAGA_SUM.replace("idempotency_key", "NULL")} WHERE id = ?`),
    sealRecords: prepare(SEAL_RECORDS),
    lowerSeal: prepare(LOWER_SEAL),
    sagasToVerify: exact(SAGAS_TO_VERIFY),
    lastOfRecords: exact(
      "SELECT max(number) AS last FROM (SELECT rowid AS number FROM record WHERE rowid > ? ORDER BY rowid LIMIT ?)",
    ),
    notIndexed: prepare(NOT_INDEXED),
    strangeRecords: exact(STRANGE_RECORDS),
    pauses: exact(PAUSES),
    pause: prepare(WRITE_PAUSE),
    endPause: prepare("DELETE FROM pause WHERE definition = ?"),
  };
}
