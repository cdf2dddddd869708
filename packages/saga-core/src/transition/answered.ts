import type { Controller } from "../definition/controller.ts";
import type { Outcome } from "../definition/outcome.ts";
import { backoffMs } from "../definition/policy.ts";
import { type Doubt, doubtedAt, stillInDoubt } from "./doubt-times.ts";
import type { Answered } from "./event.ts";
import { stillSentFrom } from "./first-attempt.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { intervene } from "./intervene.ts";
import { arrivalEndsAt, deadlineAt } from "./limits.ts";
import { patienceOf } from "./patience.ts";
import { undoRefused } from "./refused-rollback.ts";
import type { Saga, StepProgress } from "./saga.ts";
import { rollbackDone, runDone, runNotApplied, runRejected } from "./step-results.ts";
import { isAfterPivot, isAttemptRecorded, type StepAt, settledAs, stepNamed, termsAt, withStep } from "./steps.ts";
import { turnBack } from "./turn-back.ts";

/**
 * Applies the outcome of a call. A defect, a refused rollback and a turn are decided here; whether the call is repeated, and what follows, is
 * decided in decide.ts.
 */
export function answered(controller: Controller, saga: Saga, event: Answered): Saga {
  const step = stepNamed(controller, saga, event.step);
  if (!step?.progress.calling || step.progress.attempts !== event.attempt) throw new ImpossibleEvent(saga, event);
  // The outcome of an unkeyed attempt is durable before anything is built on it (rule 5).
  const barred = isAttemptRecorded(saga, step.handler) ? { ...saga, barrier: saga.seq } : saga;
  switch (event.action) {
    case "run":
      return runAnswered(controller, barred, step, step.handler.kind === "read" ? withoutDoubt(event) : event);
    case "probe":
      return probeAnswered(barred, step, event);
    case "rollback":
      return rollbackAnswered(barred, step, event);
  }
}

function runAnswered(controller: Controller, saga: Saga, step: StepAt, event: Answered): Saga {
  const { outcome } = event;
  switch (outcome.outcome) {
    case "done":
      return runDone(saga, step, outcome.result);
    case "rejected":
      return runRejected(controller, saga, step, outcome);
    case "unavailable":
      // It proves nothing about an earlier attempt that was unknown (rule 3).
      return runUnavailable(controller, withStep(saga, step.index, failed(saga, step, event, outcome)), step);
    case "unknown": {
      const inDoubt = withStep(saga, step.index, { ...failed(saga, step, event, outcome), status: "unknown" });
      return outcome.defect ? intervene(inDoubt, event.step, "run", "defect") : inDoubt;
    }
  }
}

/** A read changes nothing, so its unknown outcome puts nothing in doubt: it is repeated, as after an absence. */
function withoutDoubt(event: Answered): Answered {
  if (event.outcome.outcome !== "unknown") return event;
  const { defect: _none, ...seen } = event.outcome;
  return { ...event, outcome: { ...seen, outcome: "unavailable" } };
}

function runUnavailable(controller: Controller, waiting: Saga, { index }: StepAt): Saga {
  const progress = waiting.steps[index];
  const isForward = waiting.phase.name === "forward";
  const mayTurn = isForward && !isAfterPivot(controller, index) && progress?.inDoubtSince === undefined;
  if (!mayTurn || !progress?.lastError) return waiting;
  const { step, attempts, lastError, nextAttemptAt = waiting.updatedAt } = progress;
  const inTime = attempts < patienceOf(waiting, step).attemptsMax && nextAttemptAt < deadlineAt(waiting);
  return inTime ? waiting : turnBack(controller, waiting, { cause: "unavailable", step, reason: lastError.reason });
}

function probeAnswered(saga: Saga, step: StepAt, event: Answered): Saga {
  const { outcome } = event;
  switch (outcome.outcome) {
    case "done":
      return runDone(saga, step, outcome.result);
    case "rejected": {
      const arrivesUntil = arrivalEndsAt(step.progress, termsAt(saga, event.step));
      // A probe that was made while the run could still arrive proves nothing, however late its answer comes.
      if ((step.progress.calledAt ?? 0) >= arrivesUntil) return runNotApplied(saga, step);
      // Not yet: the attempt may still be on its way (rule 3).
      return withStep(saga, step.index, { ...step.progress, calling: false, nextAttemptAt: arrivesUntil });
    }
    case "unavailable":
    case "unknown": {
      const { lastError: _ofTheProbe, ...next } = failed(saga, step, event, { ...outcome, outcome: "unavailable" });
      return withStep(saga, step.index, { ...next, ...(step.progress.lastError && { lastError: step.progress.lastError }) });
    }
  }
}

function rollbackAnswered(saga: Saga, step: StepAt, event: Answered): Saga {
  const { outcome } = event;
  if (outcome.outcome === "done") return rollbackDone(saga, step);
  const next = withStep(saga, step.index, failed(saga, step, event, outcome));
  if (outcome.outcome === "rejected") {
    const goesOn = termsAt(saga, event.step).refusedRollback === "go-on";
    return goesOn ? undoRefused(saga, step, outcome) : intervene(next, event.step, "rollback", "refused");
  }
  return outcome.outcome === "unknown" && outcome.defect ? intervene(next, event.step, "rollback", "defect") : next;
}

function failed(saga: Saga, { progress }: StepAt, event: Answered, outcome: Exclude<Outcome, { outcome: "done" }>): StepProgress {
  const retryAfterMs = outcome.outcome === "rejected" ? 0 : outcome.retryAfterMs;
  return {
    ...settledAs(progress, progress.status),
    ...stillSentFrom(progress),
    ...inDoubt(progress, event.at, outcome),
    firstFailedAt: progress.firstFailedAt ?? event.at,
    lastError: { outcome: outcome.outcome, reason: outcome.reason },
    nextAttemptAt: event.at + backoffMs(patienceOf(saga, event.step), progress.attempts, event.random, retryAfterMs),
  };
}

function inDoubt(progress: StepProgress, at: number, { outcome }: Outcome): Doubt {
  switch (outcome) {
    case "unknown":
      return doubtedAt(progress, at);
    case "unavailable":
      // The doubt about an earlier attempt stays.
      return stillInDoubt(progress);
    case "rejected":
    case "done":
      return {};
  }
}
