import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { markPathOf } from "./mark.ts";
import { LINKS_MAX, targetOf } from "./place-of.ts";

/** The paths that a journal uses, for a process that may use no others. */
export interface JournalPaths {
  /** Directories that it reads: the journal's own, which is synced, and each that a link is in. */
  readonly reads: readonly string[];
  /** Files that it writes or makes. SQLite itself makes `-shm` and `-journal` beside them. */
  readonly writes: readonly string[];
}

/**
 * The paths that the journal at `path` uses, whatever links lead to it. It makes nothing, and the journal need not be there yet. Of a directory
 * that is not there it gives the path as it is named.
 *
 * @example
 * ```ts
 * const { reads, writes } = journalPaths("/var/lib/saga/journal.sqlite");
 * const flags = [`--allow-read=${reads}`, `--allow-write=${writes}`];
 * ```
 */
export function journalPaths(path: string): JournalPaths {
  const names = namesOf(resolve(path), LINKS_MAX);
  const place = names.at(-1) ?? path;
  const mark = markPathOf(place);
  return {
    reads: [...new Set(names.map((name) => dirname(name)))],
    writes: [place, `${place}-wal`, `${place}-lock`, mark, `${mark}.part`],
  };
}

/** The path, where it is, and the same of what each link leads to. The last one is the journal's. */
function namesOf(path: string, linksMax: number): readonly string[] {
  const place = join(realDirectoryOf(path), basename(path));
  const target = linksMax > 0 ? targetOf(place) : undefined;
  return [path, place, ...(target === undefined ? [] : namesOf(resolve(dirname(place), target), linksMax - 1))];
}

function realDirectoryOf(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch {
    return dirname(path);
  }
}
