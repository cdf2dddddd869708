import { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { messageOf } from "./message-of.ts";
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
    database = new DatabaseSync(path, { readOnly: true });
    defineSums(database);
    const version = readSchemaVersion(database, path);
    if (version === SCHEMA_VERSION) return database;
    throw new JournalError(
      `The journal ${path} has schema version ${version}: start the orchestrator once, which brings it to ${SCHEMA_VERSION}.`,
    );
  } catch (cause) {
    database?.close();
    if (cause instanceof JournalError) throw cause;
    throw new JournalError(`The journal ${path} cannot be read (${messageOf(cause)}).`, { cause });
  }
}
