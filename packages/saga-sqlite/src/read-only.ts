import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { messageOf } from "./message-of.ts";
import { keepInDirectory } from "./private-files.ts";
import { readSchemaVersion, SCHEMA_VERSION } from "./schema.ts";
import { defineSums } from "./sums.ts";

/**
 * Opens a journal to read it, also while an orchestrator owns it.
 *
 * @throws JournalError when there is no such file, or it is no journal of this version.
 */
export function openReadOnly(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    refuseEmpty(path);
    database = new DatabaseSync(path, { readOnly: true });
    defineSums(database);
    const version = readSchemaVersion(database, path);
    if (version === SCHEMA_VERSION) return keptInDirectory(database, path);
    throw new JournalError(
      `The journal ${path} has schema version ${version}: start the orchestrator once, which brings it to ${SCHEMA_VERSION}.`,
    );
  } catch (cause) {
    database?.close();
    if (cause instanceof JournalError) throw cause;
    throw new JournalError(`The journal ${path} cannot be read (${messageOf(cause)}).`, { cause });
  }
}

/** SQLite deletes the log beside an empty file, even if it opens that only to read. */
function refuseEmpty(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.size !== 0) return;
  const advice = "put the file back. If its -wal is still there, keep it: it may have what is missing";
  throw new JournalError(`The journal ${path} is empty: ${advice}.`);
}

function keptInDirectory(database: DatabaseSync, path: string): DatabaseSync {
  try {
    keepInDirectory(database, path);
  } catch {
    // Who only reads a journal need not be able to write beside it: SQLite finds another directory.
  }
  return database;
}
