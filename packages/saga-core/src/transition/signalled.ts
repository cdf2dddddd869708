import type { Controller } from "../definition/controller.ts";
import type { CorrelationRefused, Signalled } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { intervene } from "./intervene.ts";
import { unparked } from "./resumed.ts";
import type { KnownSignal, LateReason, Saga } from "./saga.ts";
import { type StepAt, stepNamed, withStep } from "./steps.ts";
import { lateBefore, verdictOf, withPlaceFor } from "./verdict.ts";
import { afterWait, askForCorrelation, openWait, waitDone, waitRefused } from "./waits.ts";

/** Applies a signal, by its verdict. A kept or late one leaves a parked saga parked. */
export function signalled(controller: Controller, saga: Saga, event: Signalled): Saga {
  const { type: _type, step: name, ...signal } = event;
  const step = stepNamed(controller, saga, name);
  if (!step) throw new ImpossibleEvent(saga, event);
  const verdict = verdictOf(controller, saga, event);
  switch (verdict.name) {
    case "taken":
      return taken(controller, unparked(saga), step, signal);
    case "kept":
      return withSignal(saga, step, signal);
    case "asks":
      return asking(controller, withSignal(saga, step, signal), name);
    case "late":
      return verdict.isNew ? withLate(saga, name, verdict.because, signal) : lateAsBefore(controller, saga, event);
    case "repeated":
      return lateAsBefore(controller, saga, event);
  }
}

/** No engine appends a repetition: an earlier version took it for a late signal. */
function lateAsBefore(controller: Controller, saga: Saga, event: Signalled): Saga {
  const because = lateBefore(controller, saga, event);
  if (!because) throw new ImpossibleEvent(saga, event);
  const { type: _type, step, ...signal } = event;
  return withLate(saga, step, because, signal);
}

/** It ends the wait, and a question that was asked there. */
function taken(controller: Controller, saga: Saga, step: StepAt, signal: KnownSignal): Saga {
  const { phase } = saga;
  const goingOn = phase.name === "needs-intervention" ? { ...saga, phase: phase.during } : saga;
  const answered = { ...step, progress: withPlaceFor(step.progress, signal) };
  return signal.outcome.outcome === "done"
    ? waitDone(goingOn, answered, signal.outcome.result, signal.at)
    : waitRefused(controller, afterWait(goingOn, signal.at), answered, signal);
}

/** There is no way back, so the saga needs a human: at once, or when the saga comes to the wait. */
function asking(controller: Controller, saga: Saga, step: string): Saga {
  const isThere = openWait(controller, saga)?.progress.step === step;
  return isThere ? intervene(unparked(saga), step, "run", "refused") : saga;
}

function withSignal(saga: Saga, { index, progress }: StepAt, signal: KnownSignal): Saga {
  return withStep(saga, index, withPlaceFor(progress, signal));
}

function withLate(saga: Saga, step: string, because: LateReason, signal: KnownSignal): Saga {
  return { ...saga, lateSignals: [...(saga.lateSignals ?? []), { ...signal, step, because }] };
}

/** Another saga has the correlation: the saga needs a human at that wait, unless its signal is there already. */
export function correlationRefused(controller: Controller, saga: Saga, event: CorrelationRefused): Saga {
  const step = stepNamed(controller, saga, event.step);
  if (!step) throw new ImpossibleEvent(saga, event);
  const { status, signal } = step.progress;
  if ((status !== "pending" && status !== "waiting") || signal) return saga;
  const refused = withStep(saga, step.index, { ...step.progress, correlationHolder: event.holder });
  const isThere = saga.phase.name === "forward" && openWait(controller, saga)?.progress.step === event.step;
  return isThere ? askForCorrelation(refused, event.step, event.holder) : refused;
}
