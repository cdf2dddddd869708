import { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { readSchemaVersion, SCHEMA_VERSION } from "./schema.ts";

/**
 * Opens a journal to look into it, also while an orchestrator owns it. Nothing is written.
 *
 * @throws JournalError when it is not there, or no journal of this version.
 */
export function openReadOnly(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    const version = readSchemaVersion(database, path);
    if (version === SCHEMA_VERSION) return database;
    throw new JournalError(
      `The journal ${path} has schema version ${version}: start the orchestrator once, which brings it to ${SCHEMA_VERSION}.`,
    );
  } catch (cause) {
    database?.close();
    if (cause instanceof JournalError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new JournalError(`The journal ${path} cannot be read (${reason}).`, { cause });
  }
}
