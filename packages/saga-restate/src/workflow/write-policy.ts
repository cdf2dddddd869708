import { timings } from "../timings.ts";

/** The decision depends on Restate's journal alone, because every execution must write at the same points. */
export interface Unwritten {
  /** Whether a batch is under way: otherwise the saga waits, needs a human or has ended. */
  readonly isCalling: boolean;
  /** Whether the next call may already be under way: it outlasted its batch, or an earlier execution may have sent it. */
  readonly isBatchCut: boolean;
  /** Whether nothing has happened since but attempts at a call that had failed often before. */
  readonly isRepetition: boolean;
  /** The saga's time, in milliseconds. */
  readonly updatedAt: number;
  /** The same when its record was last written; undefined before the first time. */
  readonly writtenAt: number | undefined;
}

/** Whether the saga's record is written now, for those who look at it. To write costs Restate as much as a call. */
export function isWorthWriting({ isCalling, isBatchCut, isRepetition, updatedAt, writtenAt }: Unwritten): boolean {
  if (writtenAt === undefined) return true;
  if (isRepetition) return updatedAt - writtenAt >= timings.repeatUnwrittenMsMax;
  return !isCalling || isBatchCut || updatedAt - writtenAt >= timings.unwrittenMsMax;
}
