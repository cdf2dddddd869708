import type { StepTerms } from "../definition/terms.ts";
import type { Saga, StepProgress } from "./saga.ts";

/** When a saga that has not reached its pivot turns to compensation, in milliseconds since the epoch. */
export function deadlineAt(saga: Saga): number {
  return saga.createdAt + saga.policy.deadlineMs;
}

/** When calls are no longer repeated, unless a human requests it, in milliseconds since the epoch. */
export function patienceEndsAt({ patienceFrom, createdAt, policy }: Saga): number {
  return (patienceFrom ?? createdAt) + policy.giveUpMs;
}

/**
 * When a repetition may first arrive after its participant has forgotten the key. Counted from the start, which is before the
 * key's first request, and less the time that a repetition may take to arrive (rule 3). By a clock that went back it cannot be told: then the
 * key counts as forgotten, unless its participant never forgets it.
 */
export function keyEndsAt(saga: Saga, { keyRetentionMs = Infinity, arrivesWithinMs }: StepTerms): number {
  const { createdAt, keysMayBeForgotten } = saga;
  if (keysMayBeForgotten && keyRetentionMs < Infinity) return -Infinity;
  return createdAt + keyRetentionMs - arrivesWithinMs;
}

/** When an attempt without an answer cannot arrive any more: if it was not applied by then, it never is (rule 3). */
export function arrivalEndsAt({ inDoubtSince = -Infinity }: StepProgress, { arrivesWithinMs }: StepTerms): number {
  return inDoubtSince + arrivesWithinMs;
}
