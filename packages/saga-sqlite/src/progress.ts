import type { DatabaseSync } from "node:sqlite";
import { withChecksum, withoutChecksum } from "./checked-line.ts";
import type { OwnerId } from "./owner.ts";

/** How far a journal is. Each transaction of its owner changes it. */
export interface Progress {
  /** The number of the last commit. */
  readonly commit: number;
  /** The number of the last commit that is known to be wholly in the main file, and not only in the write-ahead log. */
  readonly copied: number;
  readonly owner: OwnerId;
}

const WORD = "saga-progress";

/** A line of always the same length: an update keeps the layout of its page, and what a torn page has is found out. */
export function formatProgress({ commit, copied, owner }: Progress): string {
  return withChecksum(`${WORD} ${digits(commit, 16)} ${digits(copied, 16)} ${digits(owner.number, 10)} ${owner.token}`);
}

/** Undefined for a line that is damaged. */
export function parseProgress(line: string): Progress | undefined {
  const [word, commit, copied, number, token] = withoutChecksum(line)?.split(" ") ?? [];
  if (word !== WORD || token === undefined) return undefined;
  return { commit: Number(commit), copied: Number(copied), owner: { number: Number(number), token } };
}

/** Undefined if the row is damaged, or there is none yet. */
export function readProgress(database: DatabaseSync): Progress | undefined {
  const value = database.prepare("SELECT value FROM progress WHERE id = 1").get()?.["value"];
  return typeof value === "string" ? parseProgress(value) : undefined;
}

export function digits(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
