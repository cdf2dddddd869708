import { closeSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";

/** Its owner reads and writes it, and nobody else does: a journal has what customers ordered. */
const OWNER_ONLY = 0o600;

/**
 * Makes an empty file that only its owner may read, unless there is one: that keeps its mode. SQLite gives the mode of a database to the files
 * that it makes beside it.
 */
export function makePrivate(path: string): void {
  try {
    // A file that is there must not be opened here: to close it again would end every lock that this process holds on it.
    closeSync(openSync(path, "ax", OWNER_ONLY));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/**
 * Keeps what SQLite writes aside for large work, such as a migration, in the directory of the database and not in that of the system.
 *
 * @throws Error of SQLite where this process may not write there.
 */
export function keepInDirectory(database: DatabaseSync, path: string): void {
  const directory = dirname(resolve(path)).replaceAll("'", "''");
  // SQLITE_TMPDIR counts only in the environment that the process began with.
  database.exec(`PRAGMA temp_store_directory = '${directory}'`);
}
