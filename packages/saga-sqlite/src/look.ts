import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "./message-of.ts";
import { type Owner, readOwners } from "./owner.ts";
import { type Progress, readProgress } from "./progress.ts";
import { readSchemaVersion } from "./schema.ts";
import { isNoDatabase } from "./sqlite-error.ts";

/** What a start sees of a journal's files before it changes anything. */
export type Seen =
  | { readonly kind: "missing" }
  /** No bytes, or no tables. */
  | { readonly kind: "empty" }
  /** A journal of a version without owners. */
  | { readonly kind: "older" }
  | SeenJournal
  /** The log is not the one of the main file: SQLite would mix both. */
  | { readonly kind: "mixture"; readonly problem: string };

export interface SeenJournal {
  readonly kind: "journal";
  readonly owners: readonly Owner[];
  /** By the main file and its log. Undefined if its row is damaged, or not there yet. */
  readonly progress: Progress | undefined;
  /** By the main file alone; "none" if it has no progress yet, "unknown" if a checkpoint was cut off in it. */
  readonly alone: Progress | "none" | "unknown";
}

/**
 * Looks at the main file alone and with its log, and changes neither. Its connections are closed when it returns: while SQLite has the file
 * open, closing another descriptor of it would release its locks.
 *
 * @param knowsOwners whether the file has owners, by its mark.
 * @throws JournalError for the database of another program, or of a newer version; the error of SQLite for what is no database.
 */
export function look(place: string, knowsOwners: boolean): Seen {
  const size = sizeOf(place);
  const hasLog = sizeOf(`${place}-wal`) > 0;
  if (size <= 0) return lookAtNothing(place, size < 0 ? "missing" : "empty", hasLog);
  const mayRecover = sizeOf(`${place}-journal`) > 0;
  if (mayRecover && knowsOwners)
    return { kind: "mixture", problem: `${place}-journal is not of this file, which has a write-ahead log` };
  const alone = mayRecover ? "unknown" : lookAlone(place);
  if (hasLog && alone === "foreign") return { kind: "mixture", problem: `${place} is no journal, but ${place}-wal is there` };
  try {
    return joined(place, alone === "foreign" ? "unknown" : alone, lookAtBoth(place, mayRecover));
  } catch (error) {
    if (hasLog && typeof alone === "object") return misfit(place, messageOf(error));
    throw error;
  }
}

/** SQLite deletes the log beside an empty file, even if it opens that only to read. */
function lookAtNothing(place: string, kind: "missing" | "empty", hasLog: boolean): Seen {
  return hasLog ? { kind: "mixture", problem: `${place} is ${kind}, but ${place}-wal is there` } : { kind };
}

function joined(place: string, alone: SeenJournal["alone"], both: Exclude<Seen, { readonly kind: "mixture" }>): Seen {
  if (both.kind === "journal") return { ...both, alone };
  return typeof alone === "object" ? misfit(place, `with it the file is ${both.kind}`) : both;
}

/** -1 for a file that is not there. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

function misfit(place: string, reason: string): Seen {
  return { kind: "mixture", problem: `${place}-wal is not the log of ${place} (${reason})` };
}

function lookAlone(place: string): SeenJournal["alone"] | "foreign" {
  return using(`${urlOf(place)}?immutable=1`, { readOnly: true }, (database) => {
    try {
      return readAlone(database, place);
    } catch (error) {
      return isNoDatabase(error) ? "foreign" : "unknown";
    }
  });
}

function readAlone(database: DatabaseSync, place: string): SeenJournal["alone"] | "foreign" {
  const isMarked = database.prepare("PRAGMA application_id").get()?.["application_id"] !== 0;
  const tables = readTables(database);
  if (!isMarked) return tables.size === 0 ? "none" : "foreign";
  readSchemaVersion(database, place);
  if (!tables.has("owner") && !tables.has("progress")) return "none";
  return readProgress(database) ?? "unknown";
}

function lookAtBoth(place: string, mayRecover: boolean): Exclude<Seen, { readonly kind: "mixture" }> {
  // A rollback journal that a kill left is played back by SQLite, which must write for that.
  return using(place, { readOnly: !mayRecover }, (database) => {
    database.exec("BEGIN");
    if (readSchemaVersion(database, place) === 0) return { kind: "empty" };
    const tables = readTables(database);
    if (!tables.has("owner")) return { kind: "older" };
    return { kind: "journal", owners: readOwners(database), progress: readProgress(database), alone: "unknown" };
  });
}

function readTables(database: DatabaseSync): ReadonlySet<string> {
  return new Set(
    database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name }) => String(name)),
  );
}

function using<Result>(path: string, options: { readonly readOnly: boolean }, read: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(path, options);
  try {
    return read(database);
  } finally {
    database.close();
  }
}

/** SQLite takes the rest of a URL as options (https://sqlite.org/uri.html). */
function urlOf(place: string): string {
  return `file:${place.split("/").map(encodeURIComponent).join("/")}`;
}
