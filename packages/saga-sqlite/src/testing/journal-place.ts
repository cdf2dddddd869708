import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleRecord } from "saga-core/testing";
import { SqliteJournal } from "../sqlite-journal.ts";
import type { SqliteJournalOptions } from "../sqlite-journal-options.ts";

/** The parts of a journal that a kill leaves, and that count. */
export const PARTS = ["", "-wal", "-mark"] as const;

/** A directory with a journal, for tests of what happens to its files. */
export class JournalPlace {
  readonly directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  readonly path = join(this.directory, "journal.sqlite");
  readonly notices: string[] = [];
  #open: SqliteJournal[] = [];
  #copies = 0;

  open(options: SqliteJournalOptions = {}, path = this.path): SqliteJournal {
    const journal = new SqliteJournal(path, { onNotice: (notice) => this.notices.push(notice), ...options });
    this.#open.push(journal);
    return journal;
  }

  /** Opens the journal, and begins sagas in it. */
  async write(...ids: readonly string[]): Promise<SqliteJournal> {
    const journal = this.open();
    for (const id of ids) await journal.begin(sampleRecord(id, 1));
    return journal;
  }

  /** Writes like a process that is killed then. */
  async writeAndKill(...ids: readonly string[]): Promise<void> {
    const journal = await this.write(...ids);
    const killed = this.copy();
    this.close(journal);
    this.put(killed);
  }

  /** Copies the parts that are there, and gives the path of the copy. */
  copy(path = this.path): string {
    this.#copies += 1;
    const folder = join(this.directory, `copy-${this.#copies}`);
    mkdirSync(folder);
    const copy = join(folder, "journal.sqlite");
    for (const part of PARTS) if (existsSync(`${path}${part}`)) copyFileSync(`${path}${part}`, `${copy}${part}`);
    return copy;
  }

  /** Puts some parts of a copy in place of those of the journal. */
  put(copy: string, parts: readonly string[] = PARTS): void {
    rmSync(`${this.path}-shm`, { force: true });
    for (const part of parts) {
      rmSync(`${this.path}${part}`, { force: true });
      if (existsSync(`${copy}${part}`)) copyFileSync(`${copy}${part}`, `${this.path}${part}`);
    }
  }

  remove(...parts: readonly string[]): void {
    for (const part of parts) rmSync(`${this.path}${part}`);
  }

  close(journal: SqliteJournal): void {
    journal.close();
    this.#open = this.#open.filter((other) => other !== journal);
  }

  clear(): void {
    for (const journal of this.#open) journal.close();
    rmSync(this.directory, { recursive: true });
  }
}
