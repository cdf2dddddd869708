import { existsSync, renameSync, rmSync } from "node:fs";
import { backup } from "node:sqlite";
import { JournalError } from "saga-core";
import { messageOf } from "./message-of.ts";
import { makePrivate } from "./private-files.ts";
import { openReadOnly } from "./read-only.ts";

export interface BackupProgress {
  readonly pagesLeft: number;
  readonly pages: number;
}

/** Pages that are copied at a time; the orchestrator commits between them. */
const PAGES_PER_STEP = 1_000;

/**
 * Copies a journal as it is at one instant, also while an orchestrator writes to it. The copy is a journal without
 * a mark: put it where `JOURNAL_PATH` points to, without the files of before, and start once with `JOURNAL_ACCEPT=restored`. It gets its name
 * only when it is complete.
 *
 * @param onProgress called after each step. Default: nothing.
 * @throws JournalError when the journal cannot be read, or the copy cannot be written or exists already.
 */
export async function backUpJournal(
  path: string,
  to: string,
  onProgress: (progress: BackupProgress) => void = () => undefined,
): Promise<void> {
  if (existsSync(to)) throw new JournalError(`${to} exists already: name a file that does not.`);
  const database = openReadOnly(path);
  try {
    // One read transaction for the whole copy: otherwise each commit in between would restart it.
    database.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
    const progress = ({ remainingPages, totalPages }: { readonly remainingPages: number; readonly totalPages: number }) =>
      onProgress({ pagesLeft: remainingPages, pages: totalPages });
    makePrivate(`${to}.part`);
    await backup(database, `${to}.part`, { rate: PAGES_PER_STEP, progress });
    renameSync(`${to}.part`, to);
  } catch (cause) {
    rmSync(`${to}.part`, { force: true });
    throw new JournalError(`The journal ${path} cannot be copied to ${to} (${messageOf(cause)}).`, { cause });
  } finally {
    database.close();
  }
}
