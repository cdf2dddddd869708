import type { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";

const VERSION = 1;
/** "SAGA": marks the file as ours (https://sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x53414741;

const CREATE = `
  CREATE TABLE saga (
    id TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    state TEXT NOT NULL,
    idempotency_key TEXT UNIQUE,
    wake_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX saga_due ON saga (wake_at) WHERE wake_at IS NOT NULL;
  CREATE TABLE record (
    saga_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (saga_id, seq)
  ) STRICT, WITHOUT ROWID;
`;

/** Makes the tables of a new file. Refuses, and leaves alone, a file of another program or of a version that is not known here. */
export function prepareSchema(database: DatabaseSync, path: string): void {
  const version = readPragma(database, "user_version");
  const isOurs = readPragma(database, "application_id") === APPLICATION_ID;
  if (isOurs && version === VERSION) return;
  if (isOurs) {
    throw new JournalError(
      `The journal ${path} has schema version ${version}; this orchestrator knows version ${VERSION}. ` +
        "Start the orchestrator that wrote it, or set JOURNAL_PATH to another file.",
    );
  }
  const isEmpty = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"] === 0;
  if (!isEmpty) {
    throw new JournalError(
      `The file ${path} is a database, but no journal of an orchestrator. Set JOURNAL_PATH to another file.`,
    );
  }
  // Only now is anything written: the journal's mode is kept in the file too.
  database.exec(`
    PRAGMA journal_mode = WAL;
    BEGIN IMMEDIATE;
    ${CREATE}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${VERSION};
    COMMIT`);
}

function readPragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
