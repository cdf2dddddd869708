import { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { JournalFile } from "./journal-file.ts";
import { messageOf } from "./message-of.ts";
import { OwnerLock } from "./owner-lock.ts";
import { prepareSchema } from "./schema.ts";
import { verifyAtStart } from "./verify-at-start.ts";

/** How long another process that reads the file may delay a write. */
const BUSY_MS = 100;
/** The write-ahead log is copied into the file when it has this many pages. That stops the event loop for some milliseconds. */
const CHECKPOINT_PAGES = 4_000;
/** The size to which the write-ahead log is truncated once it was copied. */
const LOG_BYTES_MAX = 67_108_864;

/** What SQLite or a verification says of a damaged file: also that a column is unknown, or there already. */
const DAMAGE = /malformed|damaged|no such|duplicate column/;

/**
 * Opens a journal, or makes a new one, and becomes its owner (rule 10).
 *
 * @param onMigration called before the file of an earlier version is migrated.
 * @param onDamage called with a sentence for each damage that harms a saga or a pause, or that was mended.
 * @throws JournalError when the file cannot be opened, has another owner, or has a schema of a newer version.
 */
export function openJournal(
  path: string,
  onMigration: (fromVersion: number) => void,
  onDamage: (damage: string) => void,
): JournalFile {
  let lock: OwnerLock | undefined;
  let database: DatabaseSync | undefined;
  try {
    lock = new OwnerLock(path);
    database = new DatabaseSync(path);
    database.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA busy_timeout = ${BUSY_MS};
      PRAGMA journal_size_limit = ${LOG_BYTES_MAX};`);
    prepareSchema(database, path, onMigration);
    verifyAtStart(database, onDamage);
    return new JournalFile(database, lock);
  } catch (cause) {
    database?.close();
    lock?.release();
    if (cause instanceof JournalError) throw cause;
    const reason = messageOf(cause);
    throw new JournalError(`The journal ${path} cannot be opened (${reason}): ${adviceFor(reason)}.`, { cause });
  }
}

function adviceFor(reason: string): string {
  if (reason.includes("not a database")) return "set JOURNAL_PATH to a file that is a journal, or that does not exist yet";
  if (DAMAGE.test(reason)) return "it is damaged: restore a backup of it";
  return "set JOURNAL_PATH to a file in a directory that exists and that this process may write to";
}
