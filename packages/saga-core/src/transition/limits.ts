import type { StepTerms } from "../definition/terms.ts";
import { countsFromFirstAttempt } from "./first-attempt.ts";
import { ownPatienceOf, patienceOf } from "./patience.ts";
import type { Saga, StepProgress } from "./saga.ts";

/**
 * When a saga that has not reached its pivot turns to compensation, in milliseconds since the epoch: at the deadline of the step that it stands
 * at, if that has its own and was tried; else at the saga's.
 */
export function deadlineAt(saga: Saga): number {
  const { createdAt, clockFrom = createdAt, policy, steps } = saga;
  const { step = "", firstCalledAt } = steps.find(({ status }) => status !== "done") ?? {};
  const own = ownPatienceOf(saga, step)?.deadlineMs;
  return own === undefined || firstCalledAt === undefined ? clockFrom + policy.deadlineMs : firstCalledAt + own;
}

/**
 * When a step's call is no longer repeated, unless a human requests it, in milliseconds since the epoch. Where the step has patience of its own,
 * its first attempt begins it: never before.
 *
 * @param progress of the step. Without it: by the saga's policy.
 */
export function patienceEndsAt(saga: Saga, progress?: StepProgress): number {
  const { createdAt, patienceFrom = createdAt, clockFrom = -Infinity } = saga;
  const { step = "", firstCalledAt = Infinity } = progress ?? {};
  const firstAttempt = countsFromFirstAttempt(saga, step) ? firstCalledAt : -Infinity;
  return Math.max(patienceFrom, clockFrom, firstAttempt) + patienceOf(saga, step).giveUpMs;
}

/**
 * When a repetition may first arrive after its participant has forgotten the key. Counted from before the key's first request, and less the
 * time that a repetition may take to arrive (rule 3). By a clock that went back it cannot be told: then the key counts as forgotten, unless its
 * participant never forgets it. The keys of a saga that an earlier release began count from its start.
 */
export function keyEndsAt(saga: Saga, { notSentBefore }: StepProgress, terms: StepTerms): number {
  const { keyRetentionMs = Infinity, arrivesWithinMs } = terms;
  const { createdAt, keysMayBeForgotten } = saga;
  if (keysMayBeForgotten && keyRetentionMs < Infinity) return -Infinity;
  return (notSentBefore ?? createdAt) + keyRetentionMs - arrivesWithinMs;
}

/** When an attempt without an answer cannot arrive any more: if it was not applied by then, it never is (rule 3). */
export function arrivalEndsAt({ inDoubtSince = -Infinity }: StepProgress, { arrivesWithinMs }: StepTerms): number {
  return inDoubtSince + arrivesWithinMs;
}
