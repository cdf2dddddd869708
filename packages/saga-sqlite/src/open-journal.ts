import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import process from "node:process";
import { JournalError } from "saga-core";
import { decide } from "./accept.ts";
import { type TryLockFile, tryLockFile } from "./file-lock.ts";
import { findingOf } from "./findings.ts";
import type { JournalFile } from "./journal-file.ts";
import { Locks } from "./locks.ts";
import { COPY_FRAMES } from "./log-copies.ts";
import { look, type Seen } from "./look.ts";
import { type Accept, type FoundMark, legible, readMark, writeMark } from "./mark.ts";
import { messageOf } from "./message-of.ts";
import { makeEmptyFile, ownJournal } from "./own-journal.ts";
import type { OwnerName } from "./owner.ts";
import type { OwnerLock } from "./owner-lock.ts";
import { placeOf, refuseOtherThanFile } from "./place-of.ts";

export interface OpenOptions {
  /** Lets one start through that would be refused. */
  readonly accept?: Accept | undefined;
  /** Called before the file of an earlier version is migrated. */
  readonly onMigration: (fromVersion: number) => void;
  /** Called with a sentence for each damage that harms a saga or a pause, or that was mended. */
  readonly onDamage: (damage: string) => void;
  /** Called with what an operator must know about this start, and about a log that cannot be copied into the main file. */
  readonly onNotice: (notice: string) => void;
  /** Locks the main file itself. */
  readonly tryLock?: TryLockFile;
  /** The length of the log at which it is copied into the main file. */
  readonly framesMax?: number;
}

/** What SQLite or a verification says of a damaged file: also that a column is unknown, or there already. */
const DAMAGE = /malformed|damaged|no such (table|column|index)|duplicate column/;

/**
 * Opens a journal, or makes a new one, and becomes its owner (rule 10). It looks before it changes anything (ADR 24).
 *
 * @throws JournalError when the file cannot be opened, has another owner, is less than what its last owner left, or has a schema of a newer
 * version.
 */
export function openJournal(path: string, options: OpenOptions): JournalFile {
  const name: OwnerName = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  const locks = new Locks(name, options.tryLock ?? tryLockFile);
  let mark: FoundMark;
  try {
    const place = placeOf(path);
    refuseOtherThanFile(place);
    const lock = locks.lockPlace(place);
    mark = readMark(place);
    locks.lockFile(place, mark);
    const seen = look(place, (legible(mark)?.commit ?? 0) > 0);
    const notices = examine(place, { seen, mark, lock, accept: options.accept });
    const owner = { number: nextNumber(seen, mark), token: randomUUID() };
    // Before the first content: no kill from here on may lead to a refusal.
    if (seen.kind !== "journal") writeMark(place, { owner, name, commit: 0, accept: options.accept });
    if (seen.kind === "missing") {
      makeEmptyFile(place);
      locks.lockFile(place, mark);
    }
    const { accept, framesMax = COPY_FRAMES, onMigration, onDamage, onNotice } = options;
    const { commit: commitMin = 0, owner: last } = legible(mark) ?? {};
    const marked = last?.token;
    const file = ownJournal({
      place,
      owner,
      name,
      commitMin,
      marked,
      accept,
      framesMax,
      onMigration,
      onDamage,
      onNotice,
      release: () => locks.release(),
    });
    settle(file, () => {
      // After the mark, so that no kill in between makes the next start refuse.
      lock.noteAccept(accept);
      for (const notice of notices) onNotice(notice);
    });
    return file;
  } catch (cause) {
    locks.release();
    if (cause instanceof JournalError) throw cause;
    const reason = messageOf(cause);
    throw new JournalError(`The journal ${path} cannot be opened (${reason}): ${adviceFor(reason, mark)}.`, { cause });
  }
}

/** Where that throws, the file is closed: it would be open without its locks. */
function settle(file: JournalFile, last: () => void): void {
  try {
    last();
  } catch (error) {
    file.close();
    throw error;
  }
}

interface Examined {
  readonly seen: Seen;
  readonly mark: FoundMark;
  readonly accept: Accept | undefined;
  readonly lock: OwnerLock;
}

/** Returns what an operator must know. Throws when the start must not go on. */
function examine(place: string, { seen, mark, accept, lock }: Examined): readonly string[] {
  const found = legible(mark);
  const decision = decide(findingOf(place, seen, mark), accept, found?.accept ?? lock.lastAccept);
  if (decision.kind === "start") {
    const isNew = seen.kind === "missing" || seen.kind === "empty";
    const made = `A new journal was made at ${place}: if one was expected there, stop and look`;
    return [...(isNew ? [made] : []), ...decision.notices];
  }
  // A start without the variable: the next one with it counts again.
  if (accept === undefined) {
    if (found?.accept !== undefined) writeMark(place, { ...found, accept });
    lock.noteAccept(accept);
  }
  throw new JournalError(`The journal ${place} is not opened: ${decision.reason}`);
}

function nextNumber(seen: Seen, mark: FoundMark): number {
  const inFile = seen.kind === "journal" ? (seen.owners.at(-1)?.number ?? 0) : 0;
  return Math.max(inFile, legible(mark)?.owner.number ?? 0) + 1;
}

function adviceFor(reason: string, mark: FoundMark): string {
  if (reason.includes("not a database") && mark === undefined)
    return "set JOURNAL_PATH to a file that is a journal, or that does not exist yet";
  if (DAMAGE.test(reason) || reason.includes("not a database"))
    return "it is damaged: restore a backup of it, and start once with JOURNAL_ACCEPT=restored";
  if (/full|no space/i.test(reason)) return "make room on its disk, and start again";
  if (/EACCES|EPERM|EROFS|readonly|unable to open/.test(reason))
    return "give this process the right to read and write that file, its -lock and its -mark, and its directory";
  return "set JOURNAL_PATH to a file in a directory that exists; if it should exist, see whether its disk is mounted";
}
