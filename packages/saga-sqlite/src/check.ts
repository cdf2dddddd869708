import { checkMark, markOf } from "./check-mark.ts";
import { openReadOnly } from "./read-only.ts";

/** The result of an integrity check. */
export interface JournalFindings {
  readonly sagas: number;
  readonly records: number;
  /** One sentence for each problem; empty when the journal is whole. */
  readonly problems: readonly string[];
}

/** How many problems of each kind are reported. */
const REPORTED_MAX = 20;

/** How many records a record stands for. Few are compacted: the JSON of the others is not read. */
const RECORDS = `CASE
  WHEN instr(event, '"compacted"') > 0 AND json_valid(event) AND json_extract(event, '$.type') = 'compacted' THEN json_extract(event, '$.records')
  ELSE 1 END`;

/** Each contradiction that a journal must not have, and the query that finds it. */
const CONTRADICTIONS = {
  "a saga has no records": "SELECT id FROM saga WHERE NOT EXISTS (SELECT 1 FROM record WHERE saga_id = id)",
  "records belong to no saga":
    "SELECT DISTINCT saga_id AS id FROM record WHERE NOT EXISTS (SELECT 1 FROM saga WHERE saga.id = saga_id)",
  "a history has a gap": `
    SELECT DISTINCT saga_id AS id
    FROM (SELECT saga_id, seq, ${RECORDS} AS records, lag(seq, 1, 0) OVER (PARTITION BY saga_id ORDER BY seq) AS before FROM record)
    WHERE before + records <> seq`,
  "a record is damaged": "SELECT DISTINCT saga_id AS id FROM record WHERE NOT json_valid(event)",
};

/**
 * Checks the structure of a journal's file, and that every saga has all of its records. An orchestrator may own the journal meanwhile.
 *
 * @throws JournalError when the journal cannot be read at all.
 */
export function checkJournal(path: string): JournalFindings {
  const mark = markOf(path);
  const database = openReadOnly(path);
  try {
    const all = (sql: string) => database.prepare(`${sql} LIMIT ${REPORTED_MAX}`).all();
    const structure = database
      .prepare(`PRAGMA integrity_check(${REPORTED_MAX})`)
      .all()
      .map(({ integrity_check }) => String(integrity_check))
      .filter((line) => line !== "ok")
      .map((line) => `the file is damaged: ${line}`);
    const contradictions = Object.entries(CONTRADICTIONS).flatMap(([problem, sql]) =>
      all(sql).map(({ id }) => `${problem}: ${id}`),
    );
    const count = (table: "saga" | "record") => Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"]);
    return {
      sagas: count("saga"),
      records: count("record"),
      problems: [...structure, ...checkMark(path, database, mark), ...contradictions],
    };
  } finally {
    database.close();
  }
}
