import type { Controller } from "../definition/controller.ts";
import type { Rejected } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import { stillSentFrom } from "./first-attempt.ts";
import { intervene } from "./intervene.ts";
import { withClockAfter } from "./patience.ts";
import type { Saga } from "./saga.ts";
import { isAfterPivot, nothingSentAfter, type StepAt, settledAs, withStep } from "./steps.ts";

/** It is applied, or read: an answer said so, or a human. */
export function runDone(before: Saga, { index, handler, progress }: StepAt, result: JsonObject): Saga {
  const saga = withClockAfter(before, progress.step);
  const applied = withStep({ ...saga, data: { ...saga.data, ...result } }, index, settledAs(progress, "done"));
  // A second read may give something else, and one key must not carry two contents: what was read is durable before another call (rule 2).
  if (handler.kind === "read") return { ...applied, barrier: saga.seq };
  // If the pivot proves done, the saga goes forward to its end (rule 4).
  return handler.kind === "pivot" ? { ...applied, phase: { name: "forward" } } : applied;
}

/** It is certainly not applied, and no attempt at it can arrive any more: nothing after it was sent either. */
export function runNotApplied(saga: Saga, { index, progress }: StepAt): Saga {
  return nothingSentAfter(
    withStep(saga, index, { ...settledAs(progress, "pending"), attempts: 0, ...stillSentFrom(progress) }),
    index,
  );
}

/** It refused for good. */
export function runRejected(
  controller: Controller,
  saga: Saga,
  { index, progress }: StepAt,
  { reason }: Pick<Rejected, "reason">,
): Saga {
  const { step } = progress;
  const withStatus = (status: "running" | "rejected") =>
    withStep(saga, index, { ...settledAs(progress, status), lastError: { outcome: "rejected", reason } });
  if (isAfterPivot(controller, index)) return intervene(withStatus("running"), step, "run", "refused");
  const refused = withStatus("rejected");
  // It answers the caller even where the deadline had turned the saga before: the refusal is for good.
  return nothingSentAfter({ ...refused, phase: { name: "settling", turn: { cause: "rejected", step, reason } } }, index);
}

/** It is undone: an answer said so, or a human. */
export function rollbackDone(saga: Saga, { index, progress }: StepAt): Saga {
  return withStep(withClockAfter(saga, progress.step), index, settledAs(progress, "undone"));
}
