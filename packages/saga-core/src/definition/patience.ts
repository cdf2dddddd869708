/**
 * The patience of one step, where it differs from that of its saga's policy. Each member is a positive integer, and optional: without it, the
 * policy's holds. Each saga records it at its start, with the terms of the step's participant. The deadline of a single call is the handler's
 * `callTimeoutMs`.
 */
export interface StepPatience {
  /** Attempts while the participant is `unavailable`, before the saga turns to compensation. Not for a step after the pivot. */
  readonly attemptsMax?: number;
  /** The longest wait before the first repetition, in milliseconds. */
  readonly backoffMsBase?: number;
  /** Where its doubling stops, in milliseconds. */
  readonly backoffMsMax?: number;
  /**
   * Time after the step's first attempt at which the saga turns to compensation, in milliseconds. It holds instead of the saga's deadline, which
   * counts anew when the step is done. Not for a step after the pivot.
   */
  readonly deadlineMs?: number;
  /**
   * Time at which an unsettled call of the step is not repeated any more, in milliseconds: after its first attempt, or later (see `Policy`). The
   * saga's own time of giving up counts anew when the step is done, or undone.
   */
  readonly giveUpMs?: number;
}

/** The names of its members. */
export const patienceMembers: readonly (keyof StepPatience)[] = [
  "attemptsMax",
  "backoffMsBase",
  "backoffMsMax",
  "deadlineMs",
  "giveUpMs",
];
