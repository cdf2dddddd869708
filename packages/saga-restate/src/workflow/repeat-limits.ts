import { cutText } from "saga-core/engine";
import type { CallReport } from "../objects/messages.ts";
import { timings } from "../timings.ts";

/** How a call is journaled that fails again and again. */
export interface RepeatLimits {
  /** After as many attempts the next ones share a batch. */
  readonly attemptsMin: number;
  /** After this time such a batch makes no further call, in milliseconds. */
  readonly batchMsMax: number;
  /** An outcome that must be durable waits no longer than this for the next attempt, in milliseconds. */
  readonly unrecordedMsMax: number;
  /** How many reports a batch has of a call's failures before one stands for them. */
  readonly reportsMax: number;
  /** How many records a saga's record has of a call's failures before one stands for them. */
  readonly recordsMax: number;
}

export const defaultRepeatLimits: RepeatLimits = {
  attemptsMin: timings.repeatAttemptsMin,
  batchMsMax: timings.repeatBatchMsMax,
  unrecordedMsMax: timings.repeatUnrecordedMsMax,
  reportsMax: timings.repeatReportsMax,
  recordsMax: timings.failureRecordsMax,
};

/** The report of an attempt that failed as many did before: the start of its text is enough. */
export function shortened(report: CallReport): CallReport {
  if (!("outcome" in report)) return report;
  const { outcome } = report;
  const isFailure = outcome.outcome === "unavailable" || (outcome.outcome === "unknown" && !outcome.defect);
  return isFailure ? { ...report, outcome: { ...outcome, reason: cutText(outcome.reason, timings.repeatTextMax) } } : report;
}
