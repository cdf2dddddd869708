import { CANCELLED, COMPLETED } from "../definition/chart.ts";
import type { Controller } from "../definition/controller.ts";
import { hasEffect } from "../definition/handler.ts";
import type { Cancelled, Completed, Forward, Phase, Saga, Settling, StepStatus, Undoing } from "./saga.ts";
import { firstOpenStep, lastAppliedStep, type StepAt, stepAt } from "./steps.ts";

export type SagaStatus = "running" | "completed" | "cancelled" | "needs_intervention";
export type Direction = "forward" | "compensating";

const undoingStatuses: ReadonlySet<StepStatus> = new Set(["undoing", "undone", "undo-refused"]);

/** The state of a saga, for people and clients, in the words of its definition. */
export function stateOf(controller: Controller, saga: Saga): string {
  const phase = during(saga.phase);
  switch (phase.name) {
    case "forward":
    case "settling": {
      const current = currentStep(controller, saga);
      return current ? stateAt(controller, current) : COMPLETED;
    }
    case "undoing": {
      // The step that undoing has come to. It does not go back to a later one whose rollback was refused.
      const handler = controller.handlers[saga.steps.findIndex(({ status }) => undoingStatuses.has(status))];
      return handler?.kind === "compensatable" ? handler.words.undoing : CANCELLED;
    }
    case "completed":
      return COMPLETED;
    case "cancelled":
      return CANCELLED;
  }
}

/** Where a saga was cancelled during its last step, and that one is done, it is the last: it is not left before the closing record. */
function currentStep(controller: Controller, saga: Saga): StepAt | undefined {
  return firstOpenStep(controller, saga) ?? stepAt(controller, saga, saga.steps.length - 1);
}

/**
 * A read has no state of its own: the saga is still in the state of the step before it. Turned back there, it has entered the state of the
 * step after it, which it leaves by its `failed` event.
 */
function stateAt({ handlers }: Controller, { index, handler, progress }: StepAt): string {
  if (hasEffect(handler)) return handler.words.state;
  const before = handlers.slice(0, index).findLast(hasEffect);
  const after = handlers.slice(index).find(hasEffect);
  const hasTurned = progress.status === "skipped" || progress.status === "rejected";
  return (hasTurned ? after : (before ?? after))?.words.state ?? COMPLETED;
}

/** The step that a saga is at: the current one, the one that needs a human, or the one that turned it back; undefined once it is completed. */
export function stepOf(controller: Controller, saga: Saga): string | undefined {
  const { phase } = saga;
  switch (phase.name) {
    case "forward":
    case "settling":
      return currentStep(controller, saga)?.progress.step;
    case "undoing":
      return lastAppliedStep(controller, saga)?.progress.step;
    case "needs-intervention":
      return phase.step;
    case "cancelled":
      return phase.turn.step;
    case "completed":
      return undefined;
  }
}

/** The status of a saga, the same for every definition: `running`, `completed`, `cancelled` or `needs_intervention`. */
export function statusOf({ phase }: Saga): SagaStatus {
  switch (phase.name) {
    case "forward":
    case "settling":
    case "undoing":
      return "running";
    case "completed":
    case "cancelled":
      return phase.name;
    case "needs-intervention":
      return "needs_intervention";
  }
}

/** The direction of a saga: `compensating` after its turn, even if it is cancelled or needs a human; otherwise `forward`. */
export function directionOf({ phase }: Saga): Direction {
  const { name } = during(phase);
  return name === "forward" || name === "completed" ? "forward" : "compensating";
}

/** The phase of a saga, or the one in which it came to need a human. */
function during(phase: Phase): Forward | Settling | Undoing | Completed | Cancelled {
  return phase.name === "needs-intervention" ? phase.during : phase;
}

/** The names of the undone steps, the last one first. One whose rollback was refused may have been undone later than those before it. */
export function rolledBack(saga: Saga): readonly string[] {
  return saga.steps
    .filter(({ status }) => status === "undone")
    .map(({ step }) => step)
    .reverse();
}
