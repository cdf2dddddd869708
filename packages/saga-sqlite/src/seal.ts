import { prepareExact } from "./prepare-exact.ts";
import { type Prepare, SEAL_SUM, sumOf } from "./sums.ts";

/** What a journal notes about itself, each value with a sum. A value whose sum does not fit is left out. */
export interface Seal {
  /** The table of sagas has what the records up to this rowid say. The newer ones are the work of seconds, and are checked at a start. */
  readonly records: number | undefined;
  /** A sum over the pages at which tables begin: a flipped bit there may let one begin at a page of another one. `VACUUM` changes it, too. */
  readonly pages: number | undefined;
  /** For each table and index a sum over what it is made of. One that an operator added is not among them. */
  readonly schema: ReadonlyMap<string, number>;
}

const SCHEMA = "schema ";
/** What this package makes. A migration that makes more adds it here. */
const OURS = [
  "saga",
  "saga_open",
  "saga_key",
  "saga_updated",
  "saga_waiting",
  "saga_late",
  "saga_phase",
  "record",
  "record_of_saga",
  "pause",
  "seal",
  "owner",
  "progress",
  "terms",
  "correlation",
  "correlation_of_saga",
];

/** Reads what was sealed. */
export function readSeal(prepare: Prepare): Seal {
  const statement = prepareExact(prepare, `SELECT name, value FROM seal WHERE sum = ${SEAL_SUM}`);
  const sealed = new Map(statement.all().map(({ name, value }) => [String(name), Number(value)]));
  const schema = [...sealed].filter(([name]) => name.startsWith(SCHEMA));
  return { records: sealed.get("records"), pages: sealed.get("pages"), schema: new Map(schema) };
}

/** What of the schema is as it would be sealed now. */
export function readSchema(prepare: Prepare): Pick<Seal, "pages" | "schema"> {
  const objects = prepare("SELECT type, name, tbl_name, sql, rootpage FROM sqlite_schema ORDER BY type, name").all();
  const { auto_vacuum: vacuum } = prepare("PRAGMA auto_vacuum").get() ?? {};
  const ours = objects.filter(({ name }) => OURS.includes(String(name)));
  const sums = ours.map(
    ({ rootpage: _, ...object }) => [`${SCHEMA}${String(object["name"])}`, sumOf(...Object.values(object))] as const,
  );
  const pages = objects.map(({ name, rootpage }) => `${String(name)} ${String(rootpage)}`);
  return { pages: sumOf(String(vacuum), ...pages), schema: new Map(sums) };
}

/** Notes the schema as it is. What was sealed of the records stays, also through a migration; if it is damaged, the next start checks all. */
export function seal(prepare: Prepare): void {
  const isFirst = prepare("SELECT 1 FROM seal").get() === undefined;
  const newest = Number(prepare(NEWEST_RECORD).get()?.["newest"]);
  // Where the records got lower rowids, later ones must not come to be below the note.
  const records = isFirst ? newest : Math.min(newest, readSeal(prepare).records ?? 0);
  prepare("DELETE FROM seal").run();
  const insert = prepare("INSERT INTO seal (name, value, sum) VALUES (?, ?, ?)");
  const { pages, schema } = readSchema(prepare);
  const values = [...schema, ["records", records], ["pages", pages ?? 0]] as const;
  for (const [name, value] of values) insert.run(name, value, sumOf(name, value));
}

const NEWEST_RECORD = "SELECT coalesce((SELECT max(rowid) FROM record), 0) AS newest";

/** Notes that the table of sagas has what all records say. With 0 as its value the next start checks all records, with 1 the newer ones. */
export const SEAL_RECORDS: string = `
  UPDATE seal SET value = found.newest, sum = sum_of(name, found.newest)
  FROM (SELECT newest * ? AS newest FROM (${NEWEST_RECORD})) AS found
  WHERE name = 'records'`;

/**
 * Notes that the newest records were deleted: SQLite gives their rowids to the next ones, which the table of sagas does not have. It writes nothing
 * where older ones were deleted, nor to a note that is damaged.
 */
export const LOWER_SEAL: string = `
  UPDATE seal SET value = found.newest, sum = sum_of(name, found.newest)
  FROM (${NEWEST_RECORD}) AS found
  WHERE name = 'records' AND value > found.newest AND sum = ${SEAL_SUM}`;
