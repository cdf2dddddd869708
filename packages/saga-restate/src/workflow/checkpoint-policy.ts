import { timings } from "../timings.ts";

/**
 * What the next batch does first. Restate runs a handler again after a lost process or connection, and repeats the first batch that has no
 * recorded result: its calls may have been sent before (rule 3).
 *
 * - `checkpoint`: it records that nothing was sent, so that any later execution begins after that record.
 * - `calls`: it makes its calls. No earlier execution sent them: this one recorded the result before them.
 * - `resume`: it records `resumed`. An earlier execution recorded the result before, and may have sent calls since.
 */
export type BatchStart = "checkpoint" | "calls" | "resume";

/** A new execution cannot find out whether it is the first one. */
export const firstBatch: BatchStart = "checkpoint";

export interface RecordedBatch {
  /** Whether this execution made the batch, and did not read it from Restate's journal. */
  readonly isOwn: boolean;
  readonly isCheckpoint: boolean;
  /** Whether the call that is due now may be under way already: a checkpoint before it would hide that it was made. */
  readonly isNextUnderWay: boolean;
  /** The saga's time before the batch and after it, in milliseconds. */
  readonly before: number;
  readonly after: number;
}

/** What the batch after a recorded one does first. */
export function batchAfter({ isOwn, isCheckpoint, isNextUnderWay, before, after }: RecordedBatch): BatchStart {
  if (!isCheckpoint && !isNextUnderWay && isLate(before, after)) return "checkpoint";
  return isOwn ? "calls" : "resume";
}

/** Whether the workflow may have moved to another execution in between. */
export function isLate(before: number, after: number): boolean {
  return after - before >= timings.lateMsMin;
}
