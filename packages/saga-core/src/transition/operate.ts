import type { Controller } from "../definition/controller.ts";
import type { Turn } from "../definition/turn.ts";
import { choiceOf } from "./choices.ts";
import type { Acknowledged, CancelRequested, Operation, Refused, Resolved, RetryRequested, WaitEnded } from "./event.ts";
import { stillSentFrom } from "./first-attempt.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { needsNobodyWhenTurned } from "./lasting.ts";
import { undoAgain } from "./refused-rollback.ts";
import type { Forward, KnownSignal, Saga, Settling, Undoing } from "./saga.ts";
import { rollbackDone, runDone, runNotApplied } from "./step-results.ts";
import { firstOpenStep, type StepAt, settledAs, stepNamed, withStep } from "./steps.ts";
import { turnBack } from "./turn-back.ts";
import { withPlaceFor } from "./verdict.ts";
import { openWait, timedOut, waitAgain, waitDone } from "./waits.ts";

/** Applies what a person requested, or was refused. An engine checks first whether it is allowed (see choices.ts). */
export function operate(controller: Controller, saga: Saga, event: Operation | Refused): Saga {
  if (!choiceOf(controller, saga, event).allowed) throw new ImpossibleEvent(saga, event);
  switch (event.type) {
    case "cancel-requested":
      return cancelled(controller, saga, event);
    case "retry-requested":
      return retried(controller, saga, event);
    case "resolved":
      return resolved(controller, saga, event);
    case "wait-ended":
      return waitEnded(controller, saga, event);
    case "acknowledged":
      return acknowledged(saga, event);
    case "refused":
      return refused(saga, event);
  }
}

function waitEnded(controller: Controller, saga: Saga, event: WaitEnded): Saga {
  const open = openWait(controller, saga);
  if (!open) throw new ImpossibleEvent(saga, event);
  return timedOut(controller, saga, open, event.at);
}

/** They stay known, so that one that is sent again is told the same. */
function acknowledged({ lateSignals = [], ...saga }: Saga, _event: Acknowledged): Saga {
  return { ...saga, lateSignals: lateSignals.map((late) => ({ ...late, isAcknowledged: true })) };
}

/** Only that it was refused is kept, so that the same is on record once. */
function refused({ refusals = [], ...saga }: Saga, { type: _type, at: _at, ...refusal }: Refused): Saga {
  return { ...saga, refusals: [...refusals, refusal] };
}

function cancelled(controller: Controller, saga: Saga, { at, by, note }: CancelRequested): Saga {
  const reason = `it was cancelled${by === undefined ? "" : ` by ${by}`}${note === undefined ? "" : `: ${note}`}`;
  const step = firstOpenStep(controller, saga)?.progress.step ?? saga.steps.at(-1)?.step ?? "";
  const turn: Turn = { cause: "cancelled", step, reason };
  const { phase } = saga;
  const isWaiting = openWait(controller, saga) !== undefined;
  if (phase.name !== "needs-intervention") return turned(controller, isWaiting ? { ...saga, clockFrom: at } : saga, turn);
  // Nothing is in doubt at a wait: there is nothing that a human must find out any more.
  if (isWaiting) return turned(controller, { ...saga, phase: phase.during, clockFrom: at }, turn);
  const after = turned(controller, { ...saga, phase: phase.during }, turn);
  // However long it was asked about, there is time to undo what is before it.
  if (needsNobodyWhenTurned(controller, saga, phase)) return { ...after, patienceFrom: at };
  // It still needs its human; the cancel decides what follows after that.
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
function retried(controller: Controller, saga: Saga, { at }: RetryRequested): Saga {
  const steps = saga.steps.map(({ nextAttemptAt: _now, ...progress }) => progress);
  const { phase } = saga;
  const open = openWait(controller, saga);
  if (open && phase.name === "needs-intervention")
    return waitAgain({ ...saga, phase: phase.during, barrier: saga.seq, patienceFrom: at }, open, at);
  if (phase.name !== "needs-intervention") return { ...saga, steps };
  const again = steps.map((progress) => (progress.step === phase.step ? undoAgain(progress) : progress));
  return { ...saga, steps: again, phase: phase.during, patienceFrom: at, barrier: saga.seq };
}

/** An operator's resolution is durable before anything is built on it (rule 5). */
function resolved(controller: Controller, saga: Saga, event: Resolved): Saga {
  const { phase } = saga;
  const step = stepNamed(controller, saga, event.step);
  if (phase.name !== "needs-intervention" || phase.action !== event.action || !step) throw new ImpossibleEvent(saga, event);
  const goingOn: Saga = { ...saga, phase: phase.during, patienceFrom: event.at, barrier: saga.seq };
  if (step.progress.status === "waiting") return waitAnswered(goingOn, step, event);
  if (phase.action === "run") return event.applied ? runDone(goingOn, step, event.result) : runNotApplied(goingOn, step);
  return event.applied ? rollbackDone(goingOn, step) : rollbackNotApplied(goingOn, step);
}

/** A person's answer is the answer, as if a signal had brought it. */
function waitAnswered(saga: Saga, step: StepAt, { at, result, by }: Resolved): Saga {
  const signal: KnownSignal = { at, outcome: { outcome: "done", result }, ...(by !== undefined && { by }) };
  return waitDone(saga, { ...step, progress: withPlaceFor(step.progress, signal) }, result, at);
}

/** It is sent again. */
function rollbackNotApplied(saga: Saga, { index, progress }: StepAt): Saga {
  return withStep(saga, index, { ...settledAs(progress, "undoing"), attempts: 0, ...stillSentFrom(progress) });
}
