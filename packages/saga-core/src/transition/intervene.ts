import type { Action } from "../definition/attempt.ts";
import type { InterventionReason, Saga } from "./saga.ts";

/** Stops a saga at a call whose effect only a human can find out, or make happen (rules 3 and 6). */
export function intervene(saga: Saga, step: string, action: Action, reason: InterventionReason): Saga {
  const { phase } = saga;
  switch (phase.name) {
    case "forward":
    case "settling":
    case "undoing":
      return { ...saga, phase: { name: "needs-intervention", step, action, reason, during: phase } };
    case "completed":
    case "cancelled":
    case "needs-intervention":
      return saga;
  }
}
