import type { Controller } from "../definition/controller.ts";
import { choiceOf } from "./choices.ts";
import type { CancelRequested, Operation, Resolved, RetryRequested } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import type { Forward, Saga, Settling, Turn, Undoing } from "./saga.ts";
import { rollbackDone, runDone, runNotApplied } from "./step-results.ts";
import { firstOpenStep, type StepAt, settledAs, stepNamed, withStep } from "./steps.ts";
import { turnBack } from "./turn-back.ts";

/** Applies what a person requested. An engine checks first whether it is allowed (see choices.ts). */
export function operate(controller: Controller, saga: Saga, event: Operation): Saga {
  if (!choiceOf(controller, saga, event).allowed) throw new ImpossibleEvent(saga, event);
  switch (event.type) {
    case "cancel-requested":
      return cancelled(controller, saga, event);
    case "retry-requested":
      return retried(saga, event);
    case "resolved":
      return resolved(controller, saga, event);
  }
}

function cancelled(controller: Controller, saga: Saga, { by, note }: CancelRequested): Saga {
  const reason = `it was cancelled${by === undefined ? "" : ` by ${by}`}${note === undefined ? "" : `: ${note}`}`;
  const step = firstOpenStep(controller, saga)?.progress.step ?? saga.steps.at(-1)?.step ?? "";
  const turn: Turn = { cause: "cancelled", step, reason };
  const { phase } = saga;
  if (phase.name !== "needs-intervention") return turned(controller, saga, turn);
  // It still needs its human; the cancel decides what follows after that.
  const after = turned(controller, { ...saga, phase: phase.during }, turn);
  return isUnderWay(after.phase) ? { ...after, phase: { ...phase, during: after.phase } } : saga;
}

function turned(controller: Controller, saga: Saga, turn: Turn): Saga {
  const { phase } = saga;
  if (phase.name === "forward") return turnBack(controller, saga, turn);
  // A refusal rules its completion out already, and it answers the caller better.
  const isPromised = phase.name !== "settling" || phase.turn.cause === "rejected";
  return isPromised ? saga : { ...saga, phase: { name: "settling", turn } };
}

function isUnderWay(phase: Saga["phase"]): phase is Forward | Settling | Undoing {
  return phase.name === "forward" || phase.name === "settling" || phase.name === "undoing";
}

/** The retry is durable before the call is sent again: otherwise a restart would not count it as sent. */
function retried(saga: Saga, { at }: RetryRequested): Saga {
  const steps = saga.steps.map(({ nextAttemptAt: _now, ...progress }) => progress);
  const { phase } = saga;
  return phase.name === "needs-intervention"
    ? { ...saga, steps, phase: phase.during, patienceFrom: at, barrier: saga.seq }
    : { ...saga, steps };
}

/** An operator's resolution is durable before anything is built on it (rule 5). */
function resolved(controller: Controller, saga: Saga, event: Resolved): Saga {
  const { phase } = saga;
  const step = stepNamed(controller, saga, event.step);
  if (phase.name !== "needs-intervention" || phase.action !== event.action || !step) throw new ImpossibleEvent(saga, event);
  const goingOn: Saga = { ...saga, phase: phase.during, patienceFrom: event.at, barrier: saga.seq };
  if (phase.action === "run") return event.applied ? runDone(goingOn, step, event.result) : runNotApplied(goingOn, step);
  return event.applied ? rollbackDone(goingOn, step) : rollbackNotApplied(goingOn, step);
}

/** It is sent again. */
function rollbackNotApplied(saga: Saga, { index, progress }: StepAt): Saga {
  return withStep(saga, index, { ...settledAs(progress, "undoing"), attempts: 0 });
}
