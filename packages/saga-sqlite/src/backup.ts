import { existsSync, renameSync, rmSync } from "node:fs";
import { backup } from "node:sqlite";
import { JournalError } from "saga-core";
import { openReadOnly } from "./read-only.ts";

export interface BackupProgress {
  readonly pagesLeft: number;
  readonly pages: number;
}

/** Pages that are copied at a time; between them the orchestrator's commits go on. */
const PAGES_PER_STEP = 1_000;

/**
 * Copies a journal as it is at one instant, also while an orchestrator writes to it. The copy is a journal: it is restored by being put where
 * `JOURNAL_PATH` points to. It appears under its name only when it is whole.
 *
 * @throws JournalError when the journal cannot be read, or the copy cannot be written or is there already.
 */
export async function backUpJournal(
  path: string,
  to: string,
  onProgress: (progress: BackupProgress) => void = () => undefined,
): Promise<void> {
  if (existsSync(to)) throw new JournalError(`${to} is there already: name a file that is not.`);
  const database = openReadOnly(path);
  try {
    // One read transaction for all of the copy, or every commit meanwhile would make it begin again.
    database.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
    const progress = ({ remainingPages, totalPages }: { readonly remainingPages: number; readonly totalPages: number }) =>
      onProgress({ pagesLeft: remainingPages, pages: totalPages });
    await backup(database, `${to}.part`, { rate: PAGES_PER_STEP, progress });
    renameSync(`${to}.part`, to);
  } catch (cause) {
    rmSync(`${to}.part`, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new JournalError(`The journal ${path} cannot be copied to ${to} (${reason}).`, { cause });
  } finally {
    database.close();
  }
}
