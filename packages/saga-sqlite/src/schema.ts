import type { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { CORRELATION_TABLE } from "./correlation-table.ts";
import { seal } from "./seal.ts";
import { defineSums } from "./sums.ts";

/** "SAGA": marks the file as ours (https://sqlite.org/pragma.html#pragma_application_id). */
export const APPLICATION_ID = 0x53414741;

/** Makes each version of the schema from the one before it; the first one makes it in an empty file. A migration never changes. */
const MIGRATIONS: readonly string[] = [
  `
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
  `,
  // Open sagas are found without reading ended ones, and their definition without reading records. Records of all sagas are appended to the
  // end of one table, which costs fewer pages than a table in the order of sagas.
  `
  CREATE TABLE saga_next (
    id TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    version INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    status TEXT NOT NULL,
    state TEXT NOT NULL,
    idempotency_key TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO saga_next
    SELECT saga.id, definition, version,
      coalesce(CASE WHEN json_valid(event) THEN json_extract(event, '$.fingerprint') END, ''),
      status, state, idempotency_key, created_at, updated_at
    FROM saga LEFT JOIN record ON saga_id = saga.id AND seq = 1;
  DROP TABLE saga;
  ALTER TABLE saga_next RENAME TO saga;
  CREATE INDEX saga_open ON saga (status, id) WHERE status IN ('running', 'needs_intervention');
  CREATE TABLE record_next (
    saga_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  INSERT INTO record_next SELECT saga_id, seq, event FROM record ORDER BY saga_id, seq;
  DROP TABLE record;
  ALTER TABLE record_next RENAME TO record;
  CREATE UNIQUE INDEX record_of_saga ON record (saga_id, seq);
  CREATE UNIQUE INDEX saga_key ON saga (idempotency_key) WHERE idempotency_key IS NOT NULL;
  `,
  // Sagas are found by their step, and by the texts and numbers in their input and data. A definition can be paused.
  `
  ALTER TABLE saga ADD COLUMN step TEXT;
  ALTER TABLE saga ADD COLUMN content TEXT NOT NULL DEFAULT '[]';
  UPDATE saga SET content = (
    SELECT json_group_array(DISTINCT leaf.atom)
    FROM record, json_tree(coalesce(json_extract(event, '$.input'), json_extract(event, '$.outcome.result'), json_extract(event, '$.result'), '[]')) AS leaf
    WHERE saga_id = saga.id AND json_valid(event) AND leaf.type IN ('text', 'integer', 'real'));
  UPDATE saga SET step = (
    SELECT json_extract(event, '$.step') FROM record
    WHERE saga_id = saga.id AND json_valid(event) AND json_extract(event, '$.step') IS NOT NULL
      AND (status = 'needs_intervention' OR json_extract(event, '$.outcome.outcome') <> 'done')
    ORDER BY seq DESC LIMIT 1)
  WHERE status IN ('needs_intervention', 'cancelled');
  CREATE TABLE pause (definition TEXT PRIMARY KEY, at INTEGER NOT NULL, asked_by TEXT, note TEXT) STRICT, WITHOUT ROWID;
  `,
  // A definition can pause itself.
  `
  ALTER TABLE pause ADD COLUMN automatic INTEGER NOT NULL DEFAULT 0;
  `,
  // The sagas that changed since an instant are found without reading the others.
  "CREATE INDEX saga_updated ON saga (updated_at);",
  // A participant's text is cut as it is recorded now, so that a long history is read in little memory.
  `
  UPDATE record SET event = json_set(event, '$.outcome.reason', substr(json_extract(event, '$.outcome.reason'), 1, 1993) || '… (cut)')
  WHERE CASE WHEN length(event) > 2000 AND json_valid(event) THEN length(json_extract(event, '$.outcome.reason')) > 2000 END;
  `,
  // A journal knows its owners and how far it is, so that a start can tell whether it is what the last owner left (ADR 24).
  `
  CREATE TABLE owner (
    number INTEGER PRIMARY KEY,
    token TEXT NOT NULL,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    since TEXT NOT NULL,
    first_commit INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE progress (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL) STRICT;
  `,
  // Each row has a sum over its columns, and the row of a saga the number of its last record: damage is found, and harms its own saga only.
  `
  ALTER TABLE record ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
  UPDATE record SET sum = sum_of(saga_id, seq, event);
  ALTER TABLE saga ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE saga ADD COLUMN damage TEXT;
  ALTER TABLE saga ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
  UPDATE saga SET seq = coalesce((SELECT max(record.seq) FROM record WHERE saga_id = id), 0);
  UPDATE saga SET sum = sum_of(
    id, definition, version, fingerprint, status, state, step, content, idempotency_key, created_at, updated_at, seq, damage);
  ALTER TABLE pause ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE pause ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
  UPDATE pause SET sum = sum_of(definition, at, asked_by, note, automatic, damaged);
  CREATE TABLE seal (name TEXT PRIMARY KEY, value INTEGER NOT NULL, sum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // What all starts of a version of a definition have in common is written once, in two copies. Earlier starts keep it in their records.
  `
  CREATE TABLE terms (
    number INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    value TEXT NOT NULL,
    sum INTEGER NOT NULL,
    PRIMARY KEY (number, copy)
  ) STRICT, WITHOUT ROWID;
  `,
  // A saga that waits for a signal is found by what its sender knows of it.
  CORRELATION_TABLE,
  // Sagas that wait at a step, and those with late signals, are found without reading the others. No row changes: its sum leaves out what is empty.
  `
  ALTER TABLE saga ADD COLUMN waiting_for TEXT;
  ALTER TABLE saga ADD COLUMN late_signals INTEGER;
  CREATE INDEX saga_waiting ON saga (waiting_for, id) WHERE waiting_for IS NOT NULL;
  CREATE INDEX saga_late ON saga (late_signals, id) WHERE late_signals IS NOT NULL;
  `,
  // Running sagas are found by what they are at, unless they just go forward: most do, and those are the ones without it in the index of open sagas.
  // No row changes: its sum leaves out what is empty.
  `
  ALTER TABLE saga ADD COLUMN phase TEXT;
  CREATE INDEX saga_phase ON saga (phase, id) WHERE phase IS NOT NULL;
  DROP INDEX saga_open;
  CREATE INDEX saga_open ON saga (status, id, phase) WHERE status IN ('running', 'needs_intervention');
  `,
];

export const SCHEMA_VERSION: number = MIGRATIONS.length;

/**
 * Makes the tables of a new file, or migrates a file of an earlier version, in one transaction. A large file takes a while.
 *
 * @param onMigration called before a file of an earlier version is migrated.
 * @throws JournalError for a file of another program, or of a newer version: it is not changed.
 */
export function prepareSchema(database: DatabaseSync, path: string, onMigration: (from: number) => void): void {
  const version = readSchemaVersion(database, path);
  defineSums(database);
  if (version === SCHEMA_VERSION) return;
  if (version > 0) onMigration(version);
  // Nothing is written before this line: the file keeps the mode of its journal too.
  database.exec(`
    PRAGMA journal_mode = WAL;
    BEGIN IMMEDIATE;
    ${MIGRATIONS.slice(version).join("\n")}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION};`);
  seal((sql) => database.prepare(sql));
  database.exec("COMMIT");
}

/**
 * The version of the file's schema; 0 for an empty one.
 *
 * @throws JournalError for a file of another program, or of a newer version.
 */
export function readSchemaVersion(database: DatabaseSync, path: string): number {
  const version = readPragma(database, "user_version");
  if (readPragma(database, "application_id") === APPLICATION_ID) {
    if (version >= 1 && version <= SCHEMA_VERSION) return version;
    throw new JournalError(
      `The journal ${path} has schema version ${version}; this orchestrator knows versions up to ${SCHEMA_VERSION}. ` +
        "Start the orchestrator that wrote it, or set JOURNAL_PATH to another file.",
    );
  }
  const isEmpty = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"] === 0;
  if (isEmpty && version === 0) return 0;
  throw new JournalError(`The file ${path} is a database, but no journal of an orchestrator. Set JOURNAL_PATH to another file.`);
}

function readPragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
