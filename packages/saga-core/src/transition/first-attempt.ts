import { ownPatienceOf } from "./patience.ts";
import type { Saga, StepProgress } from "./saga.ts";

type KeyBegin = Pick<StepProgress, "notSentBefore">;
type FirstAttempt = KeyBegin & Pick<StepProgress, "firstCalledAt">;

/** Since when the step's present action is tried, for the decision to send it at `at`: the first such decision stays. */
export function calledFrom(saga: Saga, progress: StepProgress, at: number): FirstAttempt {
  const { firstCalledAt = at } = progress;
  return { ...sentFrom(saga, progress, at), ...(countsFromFirstAttempt(saga, progress.step) && { firstCalledAt }) };
}

/** Since when the key of the step's present action may be known to its participant, where it forgets keys. It never moves later: the first time stays. */
export function sentFrom(saga: Saga, progress: StepProgress, at: number): KeyBegin {
  if (progress.notSentBefore !== undefined) return { notSentBefore: progress.notSentBefore };
  return isForgotten(saga, progress.step) ? { notSentBefore: at } : {};
}

/** The same instants, for the progress that follows on this one. */
export function stillSentFrom({ notSentBefore, firstCalledAt }: StepProgress): FirstAttempt {
  return { ...(notSentBefore !== undefined && { notSentBefore }), ...(firstCalledAt !== undefined && { firstCalledAt }) };
}

/** Whether the step's time of giving up, and its deadline if it has its own, count from its first attempt. */
export function countsFromFirstAttempt(saga: Saga, step: string): boolean {
  const { deadlineMs, giveUpMs } = ownPatienceOf(saga, step) ?? {};
  return deadlineMs !== undefined || giveUpMs !== undefined;
}

function isForgotten({ terms, rules }: Saga, step: string): boolean {
  const { keyed = false, keyRetentionMs } = terms.find((each) => each.step === step) ?? {};
  return rules === 2 && keyed && keyRetentionMs !== undefined;
}
