import type { Action } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import { type AnyHandler, hasEffect } from "../definition/handler.ts";
import type { StepTerms } from "../definition/terms.ts";
import type { Saga, StepProgress } from "./saga.ts";

/** A step's handler and its progress. Both are found by their place in the chain. */
export interface StepAt {
  readonly index: number;
  readonly handler: AnyHandler;
  readonly progress: StepProgress;
}

export function stepAt(controller: Controller, saga: Saga, index: number): StepAt | undefined {
  const handler = controller.handlers[index];
  const progress = saga.steps[index];
  return handler && progress ? { index, handler, progress } : undefined;
}

export function stepNamed(controller: Controller, saga: Saga, step: string): StepAt | undefined {
  return stepAt(
    controller,
    saga,
    saga.steps.findIndex((progress) => progress.step === step),
  );
}

/** Whether the pivot may have been sent: it is under way, in doubt, or done. */
export function isPivotSent(controller: Controller, saga: Saga): boolean {
  const pivot = saga.steps[controller.handlers.findIndex(({ kind }) => kind === "pivot")];
  return pivot !== undefined && (pivot.calling || pivot.status === "unknown" || pivot.status === "done");
}

/** The step that a saga going forward, or settling, stands at: the first that is not done. */
export function firstOpenStep(controller: Controller, saga: Saga): StepAt | undefined {
  const index = saga.steps.findIndex(({ status }) => status !== "done");
  return stepAt(controller, saga, index);
}

/** The step that is to be undone next: the last one done, or being undone. */
export function lastAppliedStep(controller: Controller, saga: Saga): StepAt | undefined {
  const index = saga.steps.findLastIndex((progress, at) => isApplied(progress) && canBeUndone(controller, at));
  return stepAt(controller, saga, index);
}

/** Whether the step is done, or being undone. */
export function isApplied({ status }: StepProgress): boolean {
  return status === "done" || status === "undoing";
}

/** Whether the step has a rollback: a read has no effect, and what a lasting step did remains. */
function canBeUndone(controller: Controller, index: number): boolean {
  return controller.handlers[index]?.kind === "compensatable";
}

/** Whether the step stands after the pivot: there is no way back, so it must succeed in the end. */
export function isAfterPivot(controller: Controller, index: number): boolean {
  const pivot = controller.handlers.findIndex(({ kind }) => kind === "pivot");
  return pivot >= 0 && index > pivot;
}

/** The terms of the step's participant, as the saga recorded them at its start. */
export function termsAt(saga: Saga, step: string): StepTerms {
  const terms = saga.terms.find((each) => each.step === step);
  if (!terms) throw new TypeError(`Saga ${saga.id} has no terms of the step "${step}".`);
  return terms;
}

/**
 * Whether the step's participant was keyed when the saga started (rule 2).
 *
 * @throws TypeError if the saga has no such step.
 */
export function isKeyed(saga: Saga, step: string): boolean {
  return termsAt(saga, step).keyed;
}

/** Whether each attempt at a step, and its outcome, must be durable: it has an effect, and no key makes a repetition harmless (rule 5). */
export function isAttemptRecorded(saga: Saga, handler: AnyHandler): boolean {
  return hasEffect(handler) && !isKeyed(saga, handler.step);
}

/**
 * Whether another rollback has no second effect by its nature: a DELETE by an id (rule 6). Where ids are given out again, `idAtRisk` makes
 * the engine look first.
 */
export function isRepeatable({ handler }: StepAt, action: Action): boolean {
  return action === "rollback" && handler.kind === "compensatable" && handler.rollbackIsRepeatable;
}

export function withStep(saga: Saga, index: number, progress: StepProgress): Saga {
  return { ...saga, steps: saga.steps.with(index, progress) };
}

/** The standing record of a pivot that is certainly unsent means nothing any more (rule 5). */
export function withoutPivotRecord({ pivotRecord: _void, ...saga }: Saga): Saga {
  return saga;
}

/** Gives a step a new status, and resets the rest of its bookkeeping: doubt, last error, next attempt. Its signals stay. */
export function settledAs({ step, attempts, signal, pastRefusals }: StepProgress, status: StepProgress["status"]): StepProgress {
  return { step, status, attempts, calling: false, ...(signal && { signal }), ...(pastRefusals && { pastRefusals }) };
}

/** After a step that was refused or certainly never sent, no later one was sent either (rule 4). */
export function nothingSentAfter(saga: Saga, index: number): Saga {
  const steps = saga.steps.map((progress, at) => (at > index ? { ...settledAs(progress, "pending"), attempts: 0 } : progress));
  return withoutPivotRecord({ ...saga, steps });
}
