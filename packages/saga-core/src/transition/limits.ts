import type { StepTerms } from "../definition/terms.ts";
import type { Saga, StepProgress } from "./saga.ts";

/** From this instant on a saga before its pivot turns to compensation. */
export function deadlineAt(saga: Saga): number {
  return saga.createdAt + saga.policy.deadlineMs;
}

/** From this instant on nothing is repeated unless a human asks for it. */
export function patienceEndsAt({ patienceFrom, createdAt, policy }: Saga): number {
  return (patienceFrom ?? createdAt) + policy.giveUpMs;
}

/**
 * From this instant on a repetition may arrive when its participant has forgotten the key. Counted from the start, which is before the
 * key's first request, and less the time that a repetition may take to arrive (rule 3).
 */
export function keyEndsAt({ createdAt }: Saga, { keyRetentionMs = Infinity, arrivesWithinMs }: StepTerms): number {
  return createdAt + keyRetentionMs - arrivesWithinMs;
}

/** From this instant on an attempt without an answer cannot arrive any more: that it was not applied is then certain (rule 3). */
export function arrivalEndsAt({ inDoubtSince = -Infinity }: StepProgress, { arrivesWithinMs }: StepTerms): number {
  return inDoubtSince + arrivesWithinMs;
}
