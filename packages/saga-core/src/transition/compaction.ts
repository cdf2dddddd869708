import type { Unavailable, Unknown } from "../definition/outcome.ts";
import type { AppliedEvent } from "./advance.ts";
import type { Answered, Compacted, Failure, SagaEvent } from "./event.ts";
import type { Saga, StepStatus } from "./saga.ts";

/** How many records of a range of failures a journal holds before they are compacted, where no other number is given. */
export const FAILURE_RECORDS_MAX = 64;

/**
 * The range that a saga's records end with, in which one call failed again and again: its failures and the waits between them. One record
 * may stand for it ({@link Compactor}).
 */
export interface FailureRange extends Pick<Compacted, "step" | "action" | "records" | "count" | "first" | "last"> {
  /** How many records a journal has of it: a compacted one counts once. */
  readonly held: number;
}

/** A saga as its records made it, and the range of failures that they end with, if there is one. */
export interface RecordedSaga {
  readonly saga: Saga | undefined;
  readonly failures?: FailureRange | undefined;
}

/** The range of failures that a saga's records end with after one more record; undefined if they end with none. */
export function rangeAfter(
  range: FailureRange | undefined,
  before: Saga | undefined,
  { event, saga }: AppliedEvent,
): FailureRange | undefined {
  switch (event.type) {
    case "compacted": {
      const { step, action, records, count, first, last } = event;
      // It follows on the range, or stands for it too.
      const isAfter = before !== undefined && before.seq + records === saga.seq && isProgress(before, saga, step);
      if (!isAfter || range?.step !== step || range.action !== action)
        return { step, action, records, count, first, last, held: 1 };
      return { ...range, records: range.records + records, held: range.held + 1, count: range.count + count, last };
    }
    case "woken":
    // A saga that is held back at its participant parks before an attempt, and is resumed for it.
    case "parked":
    case "resumed":
      return range && isProgress(before, saga, range.step) ? longer(range) : undefined;
    case "answered": {
      const last = failureOf(event);
      if (!last || !isProgress(before, saga, event.step)) return undefined;
      const { step, action } = event;
      if (range?.step !== step || range.action !== action)
        return { step, action, records: 1, held: 1, count: 1, first: last, last };
      return { ...longer(range), count: range.count + 1, last };
    }
    case "started":
    case "id-reused":
    case "pivot-recorded":
    case "closing-recorded":
    case "cancel-requested":
    case "retry-requested":
    case "resolved":
    case "signalled":
    case "wait-ended":
    case "acknowledged":
    case "refused":
    case "correlation-refused":
      return undefined;
  }
}

/** The record that stands for a range, after whose last event the saga is as given. */
export function compactedRecord({ held: _held, ...range }: FailureRange, { steps, barrier, updatedAt: at }: Saga): Compacted {
  const progress = steps.find(({ step }) => step === range.step);
  if (!progress) throw new TypeError(`There is no step "${range.step}".`);
  return { type: "compacted", at, ...range, progress, barrier };
}

/**
 * Decides what a journal gets of a saga's events. The failures of a call that is repeated for a day would fill it, and nothing that is decided
 * later depends on them one by one: from time to time one record takes the place of the range that they make (ADR 21).
 */
export class Compactor {
  readonly #heldMax: number;
  #saga: Saga | undefined;
  #range: FailureRange | undefined;

  /**
   * @param recorded the saga after its last record, undefined for a new one, and the range of failures that its records end with.
   * @param heldMax how many records of a range a journal holds. Default: 64.
   */
  constructor({ saga, failures }: RecordedSaga, heldMax: number = FAILURE_RECORDS_MAX) {
    this.#saga = saga;
    this.#range = failures;
    this.#heldMax = heldMax;
  }

  /** The range of failures that the saga's records end with; undefined if they end with none. */
  get range(): FailureRange | undefined {
    return this.#range;
  }

  /** What is to be recorded of the saga's next event: the event, or a record that takes the place of it and of those before it. */
  record(applied: AppliedEvent): SagaEvent {
    this.#range = rangeAfter(this.#range, this.#saga, applied);
    this.#saga = applied.saga;
    const range = this.#range;
    const { type } = applied.event;
    const endsWithFailure = type === "answered" || type === "compacted";
    if (!endsWithFailure || !range || range.held < this.#heldMax) return applied.event;
    this.#range = { ...range, held: 1 };
    return compactedRecord(range, applied.saga);
  }
}

function longer({ records, held, ...range }: FailureRange): FailureRange {
  return { ...range, records: records + 1, held: held + 1 };
}

function failureOf({ at, attempt, outcome }: Answered): Failure | undefined {
  return isFailure(outcome) ? { at, attempt, outcome: outcome.outcome, reason: outcome.reason } : undefined;
}

/** One that needs a human, such as a misused key, changes more than the progress of its step. */
function isFailure(outcome: Answered["outcome"]): outcome is Unavailable | Unknown {
  return outcome.outcome === "unavailable" || outcome.outcome === "unknown";
}

/** The statuses of a step whose call is repeated. */
const repeated: ReadonlySet<StepStatus> = new Set(["running", "unknown", "undoing"]);

/** What a compacted record changes, beside the progress of its step; and that a saga is parked, which it never is where a range begins or ends. */
const carried: ReadonlySet<string> = new Set(["steps", "barrier", "seq", "updatedAt", "isParked"] satisfies (keyof Saga)[]);

/** Whether an event changed nothing of a saga that a compacted record would not bring back. */
function isProgress(before: Saga | undefined, after: Saga, step: string): boolean {
  if (!before) return false;
  const was = new Map(Object.entries(before).filter(([member]) => !carried.has(member)));
  const is = Object.entries(after).filter(([member]) => !carried.has(member));
  const isSame = is.length === was.size && is.every(([member, value]) => was.get(member) === value);
  const others = after.steps.every((progress, index) => progress.step === step || progress === before.steps[index]);
  return isSame && others && repeated.has(after.steps.find((progress) => progress.step === step)?.status ?? "pending");
}
