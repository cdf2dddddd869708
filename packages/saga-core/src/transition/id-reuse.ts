import type { Controller } from "../definition/controller.ts";
import type { GivenId } from "./command.ts";
import type { IdReused } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { intervene } from "./intervene.ts";
import { keyEndsAt } from "./limits.ts";
import type { Saga } from "./saga.ts";
import { isRepeatable, type StepAt, stepNamed, termsAt, withStep } from "./steps.ts";

/**
 * The id that a rollback must not be sent for if another saga was given it since: where an earlier attempt may have freed it, and no key
 * tells the participant that this is the same call (rule 6). An attempt after an absence or a refusal counts too: one before it may have
 * been in doubt.
 */
export function idAtRisk(saga: Saga, open: StepAt, at: number): GivenId | undefined {
  const { handler, progress } = open;
  const isFirst = progress.attempts === 0 && progress.inDoubtSince === undefined;
  if (isFirst || !isRepeatable(open, "rollback") || handler.kind !== "compensatable") return undefined;
  const terms = termsAt(saga, progress.step);
  if (terms.keyed && at < keyEndsAt(saga, progress, terms)) return undefined;
  const { rollbackId: member } = handler;
  const value = member === undefined ? undefined : saga.data[member];
  return member !== undefined && (typeof value === "string" || typeof value === "number") ? { member, value } : undefined;
}

/** The rollback was not sent, and must not be: what it would undo is another saga's now. Only a human can look after what is left. */
export function idReused(controller: Controller, saga: Saga, event: IdReused): Saga {
  const step = stepNamed(controller, saga, event.step);
  if (!step?.progress.calling || saga.phase.name !== "undoing") throw new ImpossibleEvent(saga, event);
  const unsent = { ...step.progress, calling: false, attempts: step.progress.attempts - 1 };
  const stopped = intervene(withStep(saga, step.index, unsent), event.step, "rollback", "id-reused");
  return stopped.phase.name === "needs-intervention"
    ? { ...stopped, phase: { ...stopped.phase, holder: event.holder } }
    : stopped;
}
