import type { DatabaseSync } from "node:sqlite";
import { giveRows } from "./give-rows.ts";
import { mendCorrelations } from "./mend-correlations.ts";
import { mendPauses } from "./mend-pauses.ts";
import { mendRecordIndex } from "./mend-record-index.ts";
import { mendSagas } from "./mend-sagas.ts";
import { readSchema, readSeal, seal } from "./seal.ts";
import { IS_OPEN } from "./statements.ts";
import { type Prepare, SAGA_SUM } from "./sums.ts";
import { mendTerms } from "./terms-table.ts";

/** What SQLite says about rows and their indexes. Everything else that it says is about the structure of pages. */
const ABOUT_ROWS = /^(row |rowid not at|NULL value in|non-|NUMERIC value in|TEXT value in|wrong # of entries in index)/;

/** Rows of sagas that a start relies on: those of open sagas, and those that a key finds. */
const RELIED_ON = `(${IS_OPEN} OR idempotency_key IS NOT NULL)`;

/**
 * Verifies what a start relies on, in time that grows with the number of sagas and not with that of their records
 * ([ADR 25](../../../docs/adr/0025-a-sum-for-each-record.md)): the rows of open sagas and of those with a key, the indexes of sagas, the newest
 * records, the pauses, the terms and the correlations. A damaged saga is quarantined.
 *
 * @param onDamage called with a sentence for each damage that harms a saga or a pause, or that was mended.
 * @returns the rowid of the newest record that was there.
 * @throws Error that begins with "damaged" when the file is damaged in more than rows; the error of SQLite when it cannot be read or written.
 */
export function verifyAtStart(database: DatabaseSync, onDamage: (damage: string) => void): number {
  const prepare: Prepare = (sql) => database.prepare(sql);
  const transact = (work: () => void) => {
    database.exec("BEGIN IMMEDIATE");
    work();
    database.exec("COMMIT");
  };
  const sealed = readSeal(prepare);
  const { pages: pagesNow, schema } = readSchema(prepare);
  refuseProblems([...sealed.schema].flatMap(([name, sum]) => (schema.get(name) === sum ? [] : [name])));
  const isAsSealed = sealed.pages === pagesNow && sealed.records !== undefined && sealed.schema.size === schema.size;
  // After VACUUM, or with an index of an operator, the whole file must prove sound once.
  if (!isAsSealed) refuseProblems(problemsOf(prepare, "PRAGMA integrity_check"));
  const sagas = rowProblemsOf(prepare, "saga");
  const pauses = rowProblemsOf(prepare, "pause");
  const terms = rowProblemsOf(prepare, "terms");
  const correlations = rowProblemsOf(prepare, "correlation");
  const damaged = prepare(`SELECT 1 FROM saga NOT INDEXED WHERE ${RELIED_ON} AND sum <> ${SAGA_SUM}`).get();
  const newest = Number(prepare("SELECT coalesce(max(rowid), 0) AS newest FROM record").get()?.["newest"]);
  const scope = { newerThan: newerThanOf(newest, isAsSealed ? sealed.records : undefined), onDamage };
  mendRecordIndex(prepare, transact, scope);
  if (sagas.length > 0 || damaged) transact(() => mendSagas(prepare, scope));
  for (const problem of sagas.slice(0, 1)) onDamage(`The table of sagas was made again: ${problem}.`);
  giveRows(prepare, transact, scope);
  mendPauses(prepare, transact, { isDamaged: pauses.length > 0, onDamage });
  mendTerms(prepare, transact, { isDamaged: terms.length > 0, onDamage });
  mendCorrelations(prepare, transact, { isDamaged: correlations.length > 0, onDamage });
  if (!isAsSealed) transact(() => seal(prepare));
  return newest;
}

/** The table of sagas has what the records up to this rowid say. It is not known after `VACUUM`, which may give the records other rowids. */
function newerThanOf(newest: number, sealed: number | undefined): number {
  return sealed === undefined || sealed > newest ? 0 : sealed;
}

/** Problems of a table's rows and indexes. */
function rowProblemsOf(prepare: Prepare, table: "saga" | "pause" | "terms" | "correlation"): readonly string[] {
  const problems = problemsOf(prepare, `PRAGMA integrity_check(${table})`);
  refuseProblems(problems.filter((problem) => !ABOUT_ROWS.test(problem)));
  return problems;
}

function problemsOf(prepare: Prepare, check: string): readonly string[] {
  const lines = prepare(check).all();
  return lines.map(({ integrity_check: line }) => String(line)).filter((line) => line !== "ok");
}

/** A page whose structure is damaged may belong to anything: nothing is written to it. */
function refuseProblems([problem]: readonly string[]): void {
  if (problem !== undefined) throw new Error(`damaged: ${problem}`);
}
