import { DatabaseSync } from "node:sqlite";
import { syncDirectory } from "./durable-file.ts";
import { FileWatch } from "./file-watch.ts";
import { giveRows } from "./give-rows.ts";
import { JournalFile } from "./journal-file.ts";
import { LogCopies } from "./log-copies.ts";
import { LogSync } from "./log-sync.ts";
import { type Accept, writeMark } from "./mark.ts";
import { MarkSlot } from "./mark-slot.ts";
import { addOwner, type OwnerId, type OwnerName, readOwners } from "./owner.ts";
import { keepInDirectory, makePrivate } from "./private-files.ts";
import { formatProgress, type Progress, readProgress } from "./progress.ts";
import { prepareSchema } from "./schema.ts";
import { verifyAtStart } from "./verify-at-start.ts";

/** How long another process that reads the file may delay a write. */
const BUSY_MS = 100;
/** The size to which the write-ahead log is truncated once it was copied. */
const LOG_BYTES_MAX = 67_108_864;

export interface OwnOptions {
  readonly place: string;
  readonly owner: OwnerId;
  readonly name: OwnerName;
  /** No commit of this owner has this number or a lower one. */
  readonly commitMin: number;
  /** The token in the mark of the last owner. */
  readonly marked: string | undefined;
  readonly accept: Accept | undefined;
  readonly framesMax: number;
  readonly onMigration: (fromVersion: number) => void;
  readonly onDamage: (damage: string) => void;
  /** Called when the log grows because it cannot be copied, and when it is copied again. */
  readonly onNotice: (notice: string) => void;
  readonly release: () => void;
}

/** Makes the empty file of a new journal, whose name is durable when the call returns. */
export function makeEmptyFile(place: string): void {
  makePrivate(place);
  syncDirectory(place);
}

/** Opens the database, brings its schema to the present one, and makes the first commit of a new owner. */
export function ownJournal(options: OwnOptions): JournalFile {
  const { place, owner, name, accept, framesMax, onMigration, onDamage, onNotice, release } = options;
  const watch = new FileWatch(place);
  let database: DatabaseSync | undefined;
  let mark: MarkSlot | undefined;
  let sync: LogSync | undefined;
  try {
    database = new DatabaseSync(place);
    keepInDirectory(database, place);
    database.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA busy_timeout = ${BUSY_MS};
      PRAGMA journal_size_limit = ${LOG_BYTES_MAX};`);
    prepareSchema(database, place, onMigration);
    // A person may have changed it, to have one file to copy.
    database.exec("PRAGMA journal_mode = WAL");
    const { commit = 0, copied = 0 } = readProgress(database) ?? {};
    const onChange = () => watch.changed();
    const copies = new LogCopies({ place, database, framesMax, complete: copied, onChange, onNotice });
    // What the log of the owner before has is copied first: from then on the log that begins anew fits only to this main file.
    copies.copy(commit);
    const newerThan = verifyAtStart(database, onDamage);
    const progress = commitOwner(database, options, { copied: copies.complete, newerThan });
    writeMark(place, { owner, name, commit: progress.commit, accept });
    // An owner before that no lock could end finds the main file changed.
    copies.copy(progress.commit);
    watch.begin(database);
    mark = new MarkSlot(place, owner);
    // From here on commits do not wait for the disk: a sync of ours does (ADR 27).
    database.exec("PRAGMA synchronous = NORMAL");
    sync = new LogSync(place);
    return new JournalFile({ database, progress, mark, copies, sync, watch, release });
  } catch (error) {
    database?.close();
    sync?.close();
    mark?.close();
    watch.close();
    throw error;
  }
}

interface Verified {
  /** The last commit that is known to be wholly in the main file. */
  readonly copied: number;
  /** The rowid of the newest record that was there at the verification. */
  readonly newerThan: number;
}

/** The first commit of an owner. The owners before it have no commit from this number on. A failure closes the database, and nothing is written. */
function commitOwner(database: DatabaseSync, options: OwnOptions, { copied, newerThan }: Verified): Progress {
  const { owner, name, commitMin, marked, onDamage } = options;
  database.exec("BEGIN IMMEDIATE");
  // What an owner before, that no lock could end, began since the verification.
  giveRows(
    (sql) => database.prepare(sql),
    (work) => work(),
    { newerThan, onDamage },
  );
  const latest = Math.max(commitMin, readProgress(database)?.commit ?? 0, readOwners(database).at(-1)?.firstCommit ?? 0);
  const progress = { commit: latest + 1, copied, owner };
  addOwner(database, { ...owner, ...name, firstCommit: progress.commit }, marked);
  const write = "INSERT INTO progress (id, value) VALUES (1, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
  database.prepare(write).run(formatProgress(progress));
  database.exec("COMMIT");
  return progress;
}
