import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { findProgressPage, type ProgressPage, readHeader, readProgressLine, withFile } from "./main-file.ts";
import { messageOf } from "./message-of.ts";
import { type Owner, readOwners } from "./owner.ts";
import { type Progress, parseProgress, readProgress } from "./progress.ts";
import { readSchemaVersion } from "./schema.ts";

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
  /** By the main file alone; "none" if it has no progress yet, "unknown" if copying the log into it was cut off. */
  readonly alone: Progress | "none" | "unknown";
}

/** A journal has owners since this version of the schema. Every such file has a write-ahead log. */
const OWNERS_VERSION = 7;

/**
 * Looks at the main file alone and with its log. It changes neither, except that SQLite plays back the rollback journal that a kill left beside
 * a file without owners. Its connections are closed when it returns: while SQLite has the file open, closing another descriptor of it would
 * release its locks.
 *
 * @param knowsOwners whether the file has owners, by its mark.
 * @throws JournalError for the database of another program, or of a newer version; the error of SQLite for what is no database.
 */
export function look(place: string, knowsOwners: boolean): Seen {
  const size = sizeOf(place);
  const hasLog = sizeOf(`${place}-wal`) > 0;
  if (size <= 0) return lookAtNothing(place, size < 0 ? "missing" : "empty", hasLog);
  const header = readHeader(place);
  if (hasLog && header.isForeign) return { kind: "mixture", problem: `${place} is no journal, but ${place}-wal is there` };
  const mayRecover = sizeOf(`${place}-journal`) > 0;
  if (mayRecover && (knowsOwners || header.version >= OWNERS_VERSION))
    return { kind: "mixture", problem: `${place}-journal is not of this file, which has a write-ahead log` };
  try {
    const { seen, version } = lookAtBoth(place, mayRecover);
    return version < header.version ? misfit(place, `with it the file has version ${version}, not ${header.version}`) : seen;
  } catch (error) {
    if (hasLog && header.version > 0 && !(error instanceof JournalError)) return misfit(place, messageOf(error));
    throw error;
  }
}

/** SQLite deletes the log beside an empty file, even if it opens that only to read. */
function lookAtNothing(place: string, kind: "missing" | "empty", hasLog: boolean): Seen {
  return hasLog ? { kind: "mixture", problem: `${place} is ${kind}, but ${place}-wal is there` } : { kind };
}

/** -1 for a file that is not there. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

function misfit(place: string, reason: string): Seen {
  return { kind: "mixture", problem: `${place}-wal is not the log of ${place} (${reason})` };
}

/** Reads the file with its log, and then its row of commits alone. */
function lookAtBoth(place: string, mayRecover: boolean): { readonly seen: Seen; readonly version: number } {
  // A rollback journal that a kill left is played back by SQLite, which must write for that.
  const database = new DatabaseSync(place, { readOnly: !mayRecover });
  let both: Omit<SeenJournal, "alone">;
  let page: ProgressPage;
  let version: number;
  try {
    database.exec("BEGIN");
    version = readSchemaVersion(database, place);
    if (version === 0) return { version, seen: { kind: "empty" } };
    if (!hasOwners(database)) return { version, seen: { kind: "older" } };
    both = { kind: "journal", owners: readOwners(database), progress: readProgress(database) };
    page = findProgressPage(database);
  } finally {
    database.close();
  }
  const line = withFile(place, (descriptor) => readProgressLine(descriptor, page));
  const alone = line === undefined ? "none" : (parseProgress(line) ?? "unknown");
  return { version, seen: { ...both, alone } };
}

function hasOwners(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'owner'").get() !== undefined;
}
