import type { Pause } from "saga-core";
import type { Row } from "./journal-file.ts";
import { sumOf } from "./sums.ts";

/** The columns of a pause, and their sum. */
export type PauseRow = readonly [string, number, string | null, string | null, number, number, number];

/** The last instant that a date can be, in milliseconds since the epoch. */
const AT_MAX = 8_640_000_000_000_000;

export function pauseRow({ definition, at, by, note, automatic, damaged }: Pause): PauseRow {
  const row = [definition, at, by ?? null, note ?? null, automatic ? 1 : 0, damaged ? 1 : 0] as const;
  return [...row, sumOf(...row)];
}

/** A pause from its row. Of one that is damaged, its name and its instant are given as far as they can be read. */
export function pauseOf({ definition, at, asked_by: by, note, automatic, damaged, fits }: Row): Pause {
  if (damaged !== 0n || fits !== 1n) return { definition: String(definition), at: instantOf(at), damaged: true };
  return {
    definition: String(definition),
    at: Number(at),
    ...(by !== null && { by: String(by) }),
    ...(note !== null && { note: String(note) }),
    ...(automatic === 1n && { automatic: true as const }),
  };
}

function instantOf(at: unknown): number {
  return typeof at === "bigint" && at >= 0n && at <= AT_MAX ? Number(at) : 0;
}
