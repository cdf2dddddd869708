import { closeSync, fstatSync, openSync, type Stats, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { findProgressPage, type ProgressPage, readProgressLine } from "./main-file.ts";
import { ContradictionError } from "./sqlite-error.ts";

/** The least time between two looks before commits, and between two after commits: a look costs some 30 µs. */
const DUE_MS = 25;

/** Thrown while a file of the journal is not where it was: it is waited for. */
export class FileGoneError extends Error {
  override readonly name = "FileGoneError";
}

/**
 * Looks whether the files of an open journal are still the ones under its name, and whether the main file changed although this process did
 * not change it: a second owner that no lock could refuse (the same directory mounted twice) is found so.
 *
 * Its descriptor of the main file must be opened before SQLite's, and closed after it: closing one releases SQLite's locks.
 */
export class FileWatch {
  readonly #place: string;
  readonly #descriptor: number;
  readonly #main: Stats;
  #log: Stats | undefined;
  #page: ProgressPage | undefined;
  /** The main file after the last change by this process. */
  #known: { readonly stats: Stats; readonly progress: string | undefined } | undefined;
  /** False after a change by this process that could not be read. */
  #isKnown = true;
  readonly #lookedAt = { before: Number.NEGATIVE_INFINITY, after: Number.NEGATIVE_INFINITY };
  #isWell = true;

  constructor(place: string) {
    this.#place = place;
    this.#descriptor = openSync(place, "r");
    this.#main = fstatSync(this.#descriptor);
  }

  /** Begins to watch, after the first commit of this process. */
  begin(database: DatabaseSync): void {
    this.#page = findProgressPage(database);
    this.#log = statsOf(`${this.#place}-wal`);
    this.changed();
  }

  /** This process may have changed the main file. Throws nothing: what cannot be read is kept for the next look. */
  changed(): void {
    this.#isKnown = false;
    try {
      this.#know();
    } catch {
      // It is read again then, and that look throws if it still cannot be.
      this.#isWell = false;
    }
  }

  /** Looks before or after a commit, if the last time is long enough ago or found something. Throws like `look`. */
  lookIfDue(when: "before" | "after"): void {
    const now = performance.now();
    if (this.#isWell && now - this.#lookedAt[when] < DUE_MS) return;
    this.#lookedAt[when] = now;
    this.look();
  }

  /**
   * @throws FileGoneError while a file is gone; ContradictionError when another one is in its place, or the main file was changed; the error of
   * the system while the main file cannot be read.
   */
  look(): void {
    this.#isWell = false;
    const main = this.#expect(this.#place, this.#main);
    if (this.#log) this.#expect(`${this.#place}-wal`, this.#log);
    if (this.#isKnown) this.#expectUnchanged(main);
    else this.#know();
    this.#isWell = true;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #expect(path: string, known: Stats): Stats {
    const found = statsOf(path);
    if (!found) throw new FileGoneError(`the file ${path} is gone: put it back, and all goes on`);
    if (found.ino === known.ino && found.dev === known.dev) return found;
    throw new ContradictionError(`another file was put in the place of ${path}`);
  }

  #know(): void {
    if (this.#page) this.#known = { stats: fstatSync(this.#descriptor), progress: this.#readProgress() };
    this.#isKnown = true;
  }

  #expectUnchanged(main: Stats): void {
    if (!this.#known) return;
    const { stats, progress } = this.#known;
    if (main.mtimeMs === stats.mtimeMs && main.size === stats.size) return;
    // A new time alone changes nothing.
    if (main.size !== stats.size || this.#readProgress() !== progress)
      throw new ContradictionError(`another process changed ${this.#place}`);
    this.#known = { stats: main, progress };
  }

  /** How far the main file alone is. */
  #readProgress(): string | undefined {
    return this.#page && readProgressLine(this.#descriptor, this.#page);
  }
}

function statsOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
