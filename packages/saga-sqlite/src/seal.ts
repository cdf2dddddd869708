import { type Prepare, SEAL_SUM, sumOf } from "./sums.ts";

/** What a journal notes about itself, each value with a sum. A value whose sum does not fit is undefined. */
export interface Seal {
  /** A sum over the schema: a flipped bit there may let a table begin at a page of another one. */
  readonly schema: number | undefined;
  /** The table of sagas has what the records up to this rowid say. The newer ones are the work of seconds, and are checked at a start. */
  readonly records: number | undefined;
}

export function readSeal(prepare: Prepare): Seal {
  const fitting = prepare(`SELECT value FROM seal WHERE name = ? AND sum = ${SEAL_SUM}`);
  fitting.setReadBigInts(true);
  const read = (name: keyof Seal) => {
    const value = fitting.get(name)?.["value"];
    return typeof value === "bigint" ? Number(value) : undefined;
  };
  return { schema: read("schema"), records: read("records") };
}

/**
 * Notes the schema as it is.
 *
 * @param newest the rowid of the newest record that the table of sagas has. Default: that of the newest record.
 */
export function seal(prepare: Prepare, newest = Number(prepare(NEWEST_RECORD).get()?.["newest"])): void {
  prepare("DELETE FROM seal").run();
  const insert = prepare("INSERT INTO seal (name, value, sum) VALUES (?, ?, ?)");
  const values = { schema: schemaSum(prepare), records: newest };
  for (const [name, value] of Object.entries(values)) insert.run(name, value, sumOf(name, value));
}

const NEWEST_RECORD = "SELECT coalesce((SELECT max(rowid) FROM record), 0) AS newest";

/** Notes that the table of sagas has what all records say. With 0 as its value the next start checks all records, with 1 the newer ones. */
export const SEAL_RECORDS = `
  UPDATE seal SET value = found.newest, sum = sum_of(name, found.newest)
  FROM (SELECT newest * ? AS newest FROM (${NEWEST_RECORD})) AS found
  WHERE name = 'records'`;

/** A sum over the schema and where its tables begin. `VACUUM` and indexes of an operator change it, too. */
export function schemaSum(prepare: Prepare): number {
  const columns = prepare("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema ORDER BY type, name").all();
  const { auto_vacuum: vacuum } = prepare("PRAGMA auto_vacuum").get() ?? {};
  return sumOf(String(vacuum), ...columns.map((row) => JSON.stringify(Object.values(row))));
}
