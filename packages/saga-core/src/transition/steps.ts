import type { Controller } from "../definition/controller.ts";
import type { AnyHandler } from "../definition/handler.ts";
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

/** The step that a saga going forward, or settling, stands at: the first that is not done. */
export function firstOpenStep(controller: Controller, saga: Saga): StepAt | undefined {
  const index = saga.steps.findIndex(({ status }) => status !== "done");
  return stepAt(controller, saga, index);
}

/** The step that is to be undone next: the last one done, or being undone. */
export function lastAppliedStep(controller: Controller, saga: Saga): StepAt | undefined {
  const index = saga.steps.findLastIndex(({ status }) => status === "done" || status === "undoing");
  return stepAt(controller, saga, index);
}

export function isKeyed(saga: Saga, step: string): boolean {
  return saga.keyedSteps.includes(step);
}

export function withStep(saga: Saga, index: number, progress: StepProgress): Saga {
  return { ...saga, steps: saga.steps.with(index, progress) };
}

/** The standing record of a pivot that is certainly unsent means nothing any more (rule 5). */
export function withoutPivotRecord({ pivotRecord: _void, ...saga }: Saga): Saga {
  return saga;
}

/** An attempt's outcome, or its absence, clears what was known of the one before. */
export function settledAs({ step, attempts }: StepProgress, status: StepProgress["status"]): StepProgress {
  return { step, status, attempts, calling: false };
}

/** After a step that was refused or certainly never sent, no later one was sent either (rule 4). */
export function nothingSentAfter(saga: Saga, index: number): Saga {
  const steps = saga.steps.map((progress, at) => (at > index ? { ...settledAs(progress, "pending"), attempts: 0 } : progress));
  return withoutPivotRecord({ ...saga, steps });
}
