import type { Controller } from "../definition/controller.ts";
import { giveUpAt, settlingBy } from "./doubt.ts";
import { stillInDoubt } from "./doubt-times.ts";
import type { NeedsIntervention, Saga } from "./saga.ts";
import { isKeyed, type StepAt, settledAs, stepNamed, withStep } from "./steps.ts";

/** A lasting step whose effect remains, or may remain, although its saga is cancelled. */
export interface LastingEffect {
  readonly step: string;
  /** `perhaps`: no answer settled it, and it may even arrive yet. */
  readonly applied: "yes" | "perhaps";
}

/** The effects that a cancelled saga leaves behind, in the order of its steps (rule 8); none of a saga that is not cancelled. */
export function lastingOf({ handlers }: Controller, { phase, steps }: Saga): readonly LastingEffect[] {
  if (phase.name !== "cancelled") return [];
  return steps.flatMap(({ step, status }, index): readonly LastingEffect[] => {
    if (handlers[index]?.kind !== "lasting") return [];
    if (status === "done") return [{ step, applied: "yes" }];
    return status === "unknown" ? [{ step, applied: "perhaps" }] : [];
  });
}

/**
 * Whether a turned saga leaves a lasting step as it is, perhaps applied. Its participant keeps no keys, so its outcome was to be durable before
 * anything after it was sent: nothing was, and nobody needs to know (rule 4).
 */
export function isLeftUnknown(saga: Saga, open: StepAt, at: number): boolean {
  const { progress } = open;
  const isOpen = !progress.calling && progress.status === "unknown";
  if (!isOpen || !asksNobody(saga, open)) return false;
  return settlingBy(saga, open, "run") === "human" || at >= giveUpAt(saga, open, "run");
}

/** Its doubt stays for people to see, and no attempt is due any more. However long it was looked up, there is time to undo what is before it. */
export function leftUnknown(saga: Saga, { index, progress }: StepAt, at: number): Saga {
  const { lastError } = progress;
  const doubt = { ...(lastError && { lastError }), ...stillInDoubt(progress) };
  return withStep({ ...saga, patienceFrom: at }, index, { ...settledAs(progress, "unknown"), ...doubt });
}

/** Whether a saga that needs a human needs none any more when it is cancelled. */
export function needsNobodyWhenTurned(controller: Controller, saga: Saga, { step, action }: NeedsIntervention): boolean {
  const open = stepNamed(controller, saga, step);
  return action === "run" && open !== undefined && asksNobody(saga, open);
}

function asksNobody(saga: Saga, { handler, progress }: StepAt): boolean {
  return handler.kind === "lasting" && !isKeyed(saga, progress.step);
}
