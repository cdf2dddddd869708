import type { DatabaseSync } from "node:sqlite";
import { checkMark, markOf } from "./check-mark.ts";
import type { Row } from "./journal-file.ts";
import { messageOf } from "./message-of.ts";
import { openReadOnly } from "./read-only.ts";
import { readSchema, readSeal } from "./seal.ts";
import { EVENTS, RECORDS, WITHOUT_ROW } from "./statements.ts";
import { CORRELATION_SUM, PAUSE_SUM, RECORD_SUM, SAGA_SUM, SEAL_SUM, TERMS_SUM } from "./sums.ts";

/** The result of an integrity check. */
export interface JournalFindings {
  readonly sagas: number;
  readonly records: number;
  /** Whether its mark is beside it. A backup has none, and a start on it is refused without `JOURNAL_ACCEPT=restored`. */
  readonly hasMark: boolean;
  /** One sentence for each problem; empty when the journal is whole. */
  readonly problems: readonly string[];
}

/** How many problems of each kind are reported. */
const REPORTED_MAX = 20;

/** The table of sagas has what the records say up to this one. */
const SEALED = `(SELECT coalesce(max(value), 0) FROM seal WHERE name = 'records' AND sum = ${SEAL_SUM})`;
/** Sagas that have no row yet. */
const BEGUN = `${WITHOUT_ROW} AND rowid > ${SEALED}`;

/** Each problem that a journal must not have, and the query that finds it. A table is read without an index, where its own copy counts. */
const PROBLEMS = {
  "a saga's row is damaged": `SELECT id FROM saga NOT INDEXED WHERE sum <> ${SAGA_SUM}`,
  "a saga is quarantined, because it was found damaged": "SELECT id FROM saga NOT INDEXED WHERE damage IS NOT NULL",
  "a saga has no records": "SELECT id FROM saga WHERE NOT EXISTS (SELECT 1 FROM record WHERE saga_id = id)",
  "records belong to no saga": `${WITHOUT_ROW} AND rowid <= ${SEALED}`,
  "a history has a gap": `
    SELECT DISTINCT saga_id AS id
    FROM (SELECT saga_id, seq, ${RECORDS} AS records, lag(seq, 1, 0) OVER (PARTITION BY saga_id ORDER BY seq) AS before FROM record)
    WHERE before + records <> seq`,
  "a history has lost its end": `
    SELECT id FROM saga
    WHERE damage IS NULL AND seq > (SELECT max(record.seq) FROM record WHERE saga_id = id)`,
  "a record is damaged": `SELECT DISTINCT saga_id AS id FROM record NOT INDEXED WHERE sum <> ${RECORD_SUM} OR NOT json_valid(event)`,
  "a pause is damaged": `SELECT definition AS id FROM pause WHERE sum <> ${PAUSE_SUM} OR damaged <> 0`,
  "a copy of the terms of sagas is damaged": `SELECT number AS id FROM terms WHERE sum <> ${TERMS_SUM}`,
  "a copy of the terms of sagas is missing": "SELECT number AS id FROM terms GROUP BY number HAVING count(*) < 2",
  "the terms of a saga are damaged": `
    SELECT saga_id AS id
    FROM (SELECT saga_id, CASE WHEN json_valid(event) THEN json_extract(event, '$.common') END AS common FROM record WHERE seq = 1)
    WHERE common IS NOT NULL AND NOT EXISTS (SELECT 1 FROM terms WHERE number = common AND sum = ${TERMS_SUM})`,
  "the correlation of a saga is damaged": `SELECT saga_id AS id FROM correlation NOT INDEXED WHERE sum <> ${CORRELATION_SUM}`,
  "a correlation belongs to no saga": `
    SELECT saga_id AS id FROM correlation WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.saga_id = correlation.saga_id)`,
  "a note of the journal about itself is damaged": `SELECT name AS id FROM seal WHERE sum <> ${SEAL_SUM}`,
};

/** Tables and indexes that are not made as they were. */
function schemaProblems(database: DatabaseSync): readonly string[] {
  const prepare = (sql: string) => database.prepare(sql);
  try {
    const { schema } = readSchema(prepare);
    const changed = [...readSeal(prepare).schema].filter(([name, sum]) => schema.get(name) !== sum);
    return changed.map(([name]) => `the file is damaged: ${name}`);
  } catch {
    // What cannot be read is reported already.
    return [];
  }
}

/**
 * Checks the structure of a journal's file, the sum of everything in it, and that every saga has all of its records. An orchestrator may own the
 * journal meanwhile.
 *
 * @throws JournalError when the journal cannot be read at all.
 */
export function checkJournal(path: string): JournalFindings {
  const mark = markOf(path);
  const database = openReadOnly(path);
  const unreadable = new Set<string>();
  /** What is read, or nothing where the file cannot be read. */
  const tried = <Found>(read: () => readonly Found[]): readonly Found[] => {
    try {
      return read();
    } catch (cause) {
      unreadable.add(`a part of the file cannot be read: ${messageOf(cause)}`);
      return [];
    }
  };
  const all = (sql: string): readonly Row[] => tried(() => database.prepare(sql).all());
  try {
    const structure = all(`PRAGMA integrity_check(${REPORTED_MAX})`)
      .map(({ integrity_check }) => String(integrity_check))
      .filter((line) => line !== "ok")
      .map((line) => `the file is damaged: ${line}`);
    const found = Object.entries(PROBLEMS).flatMap(([problem, sql]) =>
      all(`${sql} LIMIT ${REPORTED_MAX}`).map(({ id }) => `${problem}: ${String(id)}`),
    );
    found.push(...schemaProblems(database));
    const short = tried(() => checkMark(path, database, mark));
    const count = (sql: string) => Number(all(`SELECT count(*) AS rows FROM ${sql}`)[0]?.["rows"] ?? 0);
    const counts = { sagas: count("saga") + count(`(${BEGUN})`), records: count(`record, ${EVENTS}`) };
    return { ...counts, hasMark: mark !== undefined, problems: [...structure, ...short, ...unreadable, ...found] };
  } finally {
    database.close();
  }
}
