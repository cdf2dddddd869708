import type { Action } from "../definition/attempt.ts";
import type { InterventionReason, Saga, StepProgress } from "./saga.ts";

/** Stops a saga at a call whose effect only a human can find out, or make happen (rules 3 and 6). */
export function intervene(saga: Saga, step: string, action: Action, reason: InterventionReason): Saga {
  const { phase } = saga;
  switch (phase.name) {
    case "forward":
    case "settling":
    case "undoing":
      return {
        ...saga,
        steps: saga.steps.map(withoutNextAttempt),
        phase: { name: "needs-intervention", step, action, reason, during: phase },
      };
    case "completed":
    case "cancelled":
    case "needs-intervention":
      return saga;
  }
}

/** No attempt is due any more until a human requests one. */
function withoutNextAttempt({ nextAttemptAt: _none, ...progress }: StepProgress): StepProgress {
  return progress;
}
