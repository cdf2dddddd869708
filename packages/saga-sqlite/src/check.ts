import { openReadOnly } from "./read-only.ts";

/** What an integrity check found. */
export interface JournalFindings {
  readonly sagas: number;
  readonly records: number;
  /** What is wrong, for people; empty where nothing is. */
  readonly problems: readonly string[];
}

/** Of each kind of problem so many are told. */
const TOLD_MAX = 20;

/** What must not be there, by a query that finds it. */
const CONTRADICTIONS = {
  "a saga has no records": "SELECT id FROM saga WHERE NOT EXISTS (SELECT 1 FROM record WHERE saga_id = id)",
  "records belong to no saga":
    "SELECT DISTINCT saga_id AS id FROM record WHERE NOT EXISTS (SELECT 1 FROM saga WHERE saga.id = saga_id)",
  "a history has a gap": "SELECT saga_id AS id FROM record GROUP BY saga_id HAVING min(seq) <> 1 OR max(seq) <> count(*)",
  "a record is damaged": "SELECT DISTINCT saga_id AS id FROM record WHERE NOT json_valid(event)",
};

/**
 * Checks that a journal is whole, also while an orchestrator owns it: the file's structure, and that every saga has its records without a
 * gap.
 *
 * @throws JournalError when it cannot be read at all.
 */
export function checkJournal(path: string): JournalFindings {
  const database = openReadOnly(path);
  try {
    const all = (sql: string) => database.prepare(`${sql} LIMIT ${TOLD_MAX}`).all();
    const structure = database
      .prepare(`PRAGMA integrity_check(${TOLD_MAX})`)
      .all()
      .map(({ integrity_check }) => String(integrity_check))
      .filter((line) => line !== "ok")
      .map((line) => `the file is damaged: ${line}`);
    const contradictions = Object.entries(CONTRADICTIONS).flatMap(([problem, sql]) =>
      all(sql).map(({ id }) => `${problem}: ${id}`),
    );
    const count = (table: "saga" | "record") => Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"]);
    return { sagas: count("saga"), records: count("record"), problems: [...structure, ...contradictions] };
  } finally {
    database.close();
  }
}
