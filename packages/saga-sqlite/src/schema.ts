import type { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";

const VERSION = 1;

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

/** Makes the tables of a new file, and refuses a file whose schema this version does not know. */
export function prepareSchema(database: DatabaseSync, path: string): void {
  const row = database.prepare("PRAGMA user_version").get();
  const found = row?.["user_version"];
  if (found === VERSION) return;
  if (found !== 0) {
    throw new JournalError(
      `The journal ${path} has schema version ${String(found)}; this orchestrator knows version ${VERSION}. ` +
        "Start the orchestrator that wrote it, or set JOURNAL_PATH to another file.",
    );
  }
  database.exec(`BEGIN IMMEDIATE; ${CREATE} PRAGMA user_version = ${VERSION}; COMMIT`);
}
