import { readSagas } from "./client.ts";
import type { Saga } from "./replies.ts";

const PER_STATUS_MAX = 200;

/** The sagas that have not ended, the newest of each status. */
export interface OpenSagas {
  readonly sagas: readonly Saga[];
  /** Whether there are more than these: then a count is "or more". */
  readonly isCut: boolean;
}

export async function readOpenSagas(): Promise<OpenSagas> {
  const statuses = ["needs_intervention", "running"] as const;
  const pages = await Promise.all(
    statuses.map((status) => readSagas(new URLSearchParams({ status, limit: String(PER_STATUS_MAX) }))),
  );
  return { sagas: pages.flatMap(({ items }) => items), isCut: pages.some(({ next_cursor: next }) => next !== null) };
}
