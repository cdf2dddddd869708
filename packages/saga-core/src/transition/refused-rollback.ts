import type { Rejected } from "../definition/outcome.ts";
import { stillSentFrom } from "./first-attempt.ts";
import { intervene } from "./intervene.ts";
import { withClockAfter } from "./patience.ts";
import type { Saga, StepProgress } from "./saga.ts";
import { type StepAt, settledAs, withStep } from "./steps.ts";

/** Its rollback was refused, and the saga goes on to undo the steps before it. Nothing is in doubt: a refusal is clear (rule 6). */
export function undoRefused(saga: Saga, { index, progress }: StepAt, { reason }: Pick<Rejected, "reason">): Saga {
  const lastError = { outcome: "rejected", reason } as const;
  return withStep(withClockAfter(saga, progress.step), index, {
    ...settledAs(progress, "undo-refused"),
    ...stillSentFrom(progress),
    lastError,
  });
}

/** The saga, asking about the last step whose rollback was refused; undefined if there is none. Nothing else is left to undo. */
export function askAboutRefused(saga: Saga): Saga | undefined {
  const refused = saga.steps.findLast(({ status }) => status === "undo-refused");
  return refused && intervene(saga, refused.step, "rollback", "refused");
}

/** The refused rollback that a person retries is sent again. */
export function undoAgain(progress: StepProgress): StepProgress {
  return progress.status === "undo-refused" ? { ...progress, status: "undoing" } : progress;
}
