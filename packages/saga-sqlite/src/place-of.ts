import { readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { JournalError } from "saga-core";

/** As many links one after the other as Linux follows. */
export const LINKS_MAX = 40;

/**
 * Where a journal's file is or will be, whatever links lead to it: its lock and its other files lie beside it.
 *
 * @throws Error when its directory does not exist.
 */
export function placeOf(path: string): string {
  return followLinks(path, LINKS_MAX);
}

/** The ends of the names of a journal's other files. */
const OTHER_FILES = /-(wal|shm|journal|lock|mark)$/;

/** @throws JournalError for what is no file or belongs to another journal, and for a file that has a second name. */
export function refuseOtherThanFile(place: string): void {
  if (OTHER_FILES.test(place))
    throw new JournalError(`${place} has the name of a file that belongs to a journal. Set JOURNAL_PATH to the journal.`);
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) {
    const what = stats.isDirectory() ? "a directory" : "no file";
    throw new JournalError(
      `The journal ${place} is ${what}. Set JOURNAL_PATH to a file: /var/lib/saga/journal.sqlite, for example.`,
    );
  }
  const names = stats?.nlink ?? 1;
  if (names <= 1) return;
  throw new JournalError(
    `The journal ${place} has ${names} names (hard links), and each would have a log and a lock of its own. ` +
      "Stop every orchestrator that uses it, and copy the file with its -wal, or remove the other names.",
  );
}

function followLinks(path: string, linksMax: number): string {
  const place = join(realpathSync(dirname(resolve(path))), basename(path));
  const target = linksMax > 0 ? targetOf(place) : undefined;
  return target === undefined ? place : followLinks(resolve(dirname(place), target), linksMax - 1);
}

/** Undefined for what is no symbolic link. */
export function targetOf(place: string): string | undefined {
  try {
    return readlinkSync(place);
  } catch {
    return undefined;
  }
}
