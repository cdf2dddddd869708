import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { shortOf } from "./findings.ts";
import { type FoundMark, readMark } from "./mark.ts";
import { readOwners } from "./owner.ts";
import { placeOf } from "./place-of.ts";
import { readProgress } from "./progress.ts";

/** The mark beside a journal. It must be read before the journal, which an owner may write to meanwhile. */
export function markOf(path: string): FoundMark {
  return existsSync(path) ? readMark(placeOf(path)) : undefined;
}

/**
 * What a journal lacks of what its last owner made durable, in sentences. A journal without a mark is a backup: nobody knows what it lacks.
 */
export function checkMark(path: string, database: DatabaseSync, mark: FoundMark): readonly string[] {
  const progress = readProgress(database);
  if (!progress) return ["the row of commits is damaged"];
  if (mark === undefined) return [];
  const short = shortOf(placeOf(path), { owners: readOwners(database), progress }, mark);
  return short === undefined ? [] : [`the journal has less than its last owner made durable: ${short}`];
}
