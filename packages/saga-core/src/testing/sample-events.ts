import type { Action } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import type { Outcome } from "../definition/outcome.ts";
import { termsOf } from "../definition/terms.ts";
import type { JsonObject } from "../json.ts";
import type { Decision } from "../transition/decide.ts";
import type { SagaEvent } from "../transition/event.ts";
import { transition } from "../transition/transition.ts";
import { ScriptedController, type StepScript } from "./scripted-saga.ts";
import { ScriptedWorld } from "./scripted-world.ts";

/** A chain for tests of single decisions. */
export const sampleSteps: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "stock", kind: "compensatable" },
  { step: "pay", kind: "pivot" },
];

export function controllerOf(scripts: readonly StepScript[] = sampleSteps): Controller {
  return new ScriptedController(scripts, new ScriptedWorld());
}

export function started(controller: Controller, at = 0): SagaEvent {
  const { fingerprint, policy, handlers } = controller;
  const terms = handlers.map(termsOf);
  return { type: "started", at, id: "s", definition: "scripted", version: 1, fingerprint, input: {}, policy, terms };
}

export function answered(
  step: string,
  outcome: Outcome<JsonObject>,
  { attempt = 1, action = "run" }: { readonly attempt?: number; readonly action?: Action } = {},
): SagaEvent {
  return { type: "answered", at: 1, step, action, attempt, outcome, random: 0.5 };
}

export const pivotRecorded: SagaEvent = { type: "pivot-recorded", at: 1 };
export const closingRecorded: SagaEvent = { type: "closing-recorded", at: 1 };

/** The last decision about a saga to which all of these events happened after its start, one step at a time. */
export function decide(controller: Controller, ...events: readonly SagaEvent[]): Decision {
  let decision: Decision | undefined;
  for (const event of [started(controller), ...events]) decision = transition(controller, decision?.saga, event);
  if (!decision) throw new Error("nothing was decided");
  return decision;
}
