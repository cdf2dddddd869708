import type { Controller } from "../definition/controller.ts";
import type { Outcome } from "../definition/outcome.ts";
import { backoffMs } from "../definition/policy.ts";
import type { JsonObject } from "../json.ts";
import type { Answered, SagaEvent, Started } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { intervene } from "./intervene.ts";
import { deadlineAt } from "./limits.ts";
import type { LastError, Saga, StepProgress } from "./saga.ts";
import { isKeyed, nothingSentAfter, type StepAt, settledAs, stepAt, withStep } from "./steps.ts";
import { turnBack } from "./turn-back.ts";

/** The saga that a `started` event makes. */
export function begin(controller: Controller, { type: _type, at, ...started }: Started): Saga {
  return {
    ...started,
    seq: 1,
    data: {},
    phase: { name: "forward" },
    steps: controller.handlers.map(({ step }) => ({ step, status: "pending", attempts: 0, calling: false })),
    // The start is durable before the first call (rule 5).
    barrier: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** Takes in what happened. What follows from it is decided in proceed.ts. */
export function recordEvent(controller: Controller, saga: Saga, event: Exclude<SagaEvent, Started>): Saga {
  switch (event.type) {
    case "answered":
      return answered(controller, saga, event);
    case "woken":
      return saga;
    case "pivot-recorded":
      if (saga.phase.name !== "forward" || saga.pivotRecord !== undefined) throw new ImpossibleEvent(saga, event);
      return { ...saga, pivotRecord: saga.seq };
    case "closing-recorded":
      if (saga.phase.name !== "settling") throw new ImpossibleEvent(saga, event);
      return { ...saga, phase: { name: "undoing", turn: saga.phase.turn }, barrier: saga.seq };
    case "parked":
      return parked(saga);
    case "resumed":
      return resumed(controller, saga);
  }
}

function answered(controller: Controller, saga: Saga, event: Answered): Saga {
  const step = stepAt(
    controller,
    saga,
    saga.steps.findIndex(({ step }) => step === event.step),
  );
  if (!step?.progress.calling || step.progress.attempts !== event.attempt) throw new ImpossibleEvent(saga, event);
  // The outcome of an unkeyed attempt is durable before anything is built on it (rule 5).
  const barred = isKeyed(saga, event.step) ? saga : { ...saga, barrier: saga.seq };
  return event.action === "run" ? runAnswered(controller, barred, step, event) : rollbackAnswered(barred, step, event);
}

function runAnswered(controller: Controller, saga: Saga, step: StepAt, event: Answered): Saga {
  const { outcome } = event;
  switch (outcome.outcome) {
    case "done":
      return runDone(saga, step, outcome.result);
    case "rejected":
      return runRejected(saga, step, outcome);
    case "unavailable":
      // It proves nothing about an earlier attempt that was unknown (rule 3).
      return step.progress.status === "unknown"
        ? withStep(saga, step.index, failed(saga, step, event, outcome))
        : runUnavailable(controller, saga, step, withStep(saga, step.index, failed(saga, step, event, outcome)));
    case "unknown":
      return runUnknown(saga, step, { ...failed(saga, step, event, outcome), status: "unknown" }, outcome.defect);
  }
}

function runDone(saga: Saga, { index, handler, progress }: StepAt, result: JsonObject): Saga {
  const applied = withStep({ ...saga, data: { ...saga.data, ...result } }, index, settledAs(progress, "done"));
  // If the pivot proves done, the saga goes forward to its end (rule 4).
  return handler.kind === "pivot" ? { ...applied, phase: { name: "forward" } } : applied;
}

function runRejected(
  saga: Saga,
  { index, handler, progress }: StepAt,
  lastError: LastError & { readonly outcome: "rejected" },
): Saga {
  const { step } = progress;
  const { outcome, reason } = lastError;
  const withStatus = (status: "running" | "rejected") =>
    withStep(saga, index, { ...settledAs(progress, status), lastError: { outcome, reason } });
  if (handler.kind === "retriable") return intervene(withStatus("running"), step, "run", "refused");
  const refused = withStatus("rejected");
  // It answers the caller even where the deadline had turned the saga before: the refusal is for good.
  return nothingSentAfter({ ...refused, phase: { name: "settling", turn: { cause: "rejected", step, reason } } }, index);
}

function runUnavailable(controller: Controller, saga: Saga, { handler, index }: StepAt, waiting: Saga): Saga {
  const progress = waiting.steps[index];
  if (saga.phase.name !== "forward" || handler.kind === "retriable" || !progress?.lastError) return waiting;
  const { step, attempts, lastError, nextAttemptAt = saga.updatedAt } = progress;
  const inTime = attempts < saga.policy.attemptsMax && nextAttemptAt < deadlineAt(saga);
  return inTime ? waiting : turnBack(controller, waiting, { cause: "unavailable", step, reason: lastError.reason });
}

function runUnknown(saga: Saga, { index }: StepAt, progress: StepProgress, defect: true | undefined): Saga {
  const inDoubt = withStep(saga, index, progress);
  if (defect) return intervene(inDoubt, progress.step, "run", "defect");
  return isKeyed(saga, progress.step) ? inDoubt : intervene(inDoubt, progress.step, "run", "unknown-unkeyed");
}

function rollbackAnswered(saga: Saga, step: StepAt, event: Answered): Saga {
  const { outcome } = event;
  const { index, progress } = step;
  switch (outcome.outcome) {
    case "done":
      return withStep(saga, index, settledAs(progress, "undone"));
    case "rejected":
      return intervene(withStep(saga, index, failed(saga, step, event, outcome)), event.step, "rollback", "refused");
    case "unavailable":
      return withStep(saga, index, failed(saga, step, event, outcome));
    case "unknown": {
      const inDoubt = withStep(saga, index, failed(saga, step, event, outcome));
      if (outcome.defect) return intervene(inDoubt, event.step, "rollback", "defect");
      return mayRepeatRollback(saga, step) ? inDoubt : intervene(inDoubt, event.step, "rollback", "unknown-unkeyed");
    }
  }
}

/** Keyed, or repeatable by its nature: a second rollback has no second effect (rule 6). */
function mayRepeatRollback(saga: Saga, { handler }: StepAt): boolean {
  return isKeyed(saga, handler.step) || (handler.kind === "compensatable" && handler.rollbackIsRepeatable);
}

function failed(saga: Saga, { progress }: StepAt, event: Answered, outcome: Exclude<Outcome, { outcome: "done" }>): StepProgress {
  const retryAfterMs = outcome.outcome === "rejected" ? 0 : outcome.retryAfterMs;
  return {
    ...settledAs(progress, progress.status),
    lastError: { outcome: outcome.outcome, reason: outcome.reason },
    nextAttemptAt: event.at + backoffMs(saga.policy, progress.attempts, event.random, retryAfterMs),
  };
}

/** A call that was not made does not count as an attempt. */
function parked(saga: Saga): Saga {
  const steps = saga.steps.map((progress) =>
    progress.calling ? { ...progress, calling: false, attempts: progress.attempts - 1 } : progress,
  );
  return { ...saga, steps, isParked: true };
}

/**
 * After a restart, every keyed step up to the pivot without a recorded outcome may have been sent, the pivot only if its record
 * stands (rule 3). An unkeyed attempt is durable before its call, so that its record tells.
 */
function resumed(controller: Controller, { isParked, ...saga }: Saga): Saga {
  // Nothing is in doubt; and before anything more is sent, it is recorded that the engine goes on.
  if (isParked) return { ...saga, barrier: saga.seq };
  if (saga.phase.name === "undoing") return resumedUndoing(controller, saga);
  let doubted = saga;
  for (const index of saga.steps.keys()) {
    const step = stepAt(controller, saga, index);
    if (!step || step.progress.status === "done") continue;
    if (!mayHaveBeenSent(saga, step)) break;
    doubted = withStep(doubted, index, inDoubtAfterRestart(step.progress));
    // A later step is sent only when the outcome of an unkeyed one is durable, and that of a pivot is recorded in order.
    if (!isKeyed(saga, step.progress.step) || step.handler.kind !== "compensatable") break;
  }
  return doubted;
}

function mayHaveBeenSent(saga: Saga, { handler, progress }: StepAt): boolean {
  // The record of the turn stands, and since it nothing new was sent.
  const isRecorded = saga.phase.name === "settling" || !isKeyed(saga, progress.step);
  if (isRecorded) return progress.calling || progress.status === "unknown";
  return handler.kind !== "pivot" || saga.pivotRecord !== undefined;
}

function resumedUndoing(controller: Controller, saga: Saga): Saga {
  const step = stepAt(
    controller,
    saga,
    saga.steps.findIndex(({ calling }) => calling),
  );
  if (!step) return saga;
  const cut = withStep(saga, step.index, inDoubtAfterRestart(step.progress));
  return mayRepeatRollback(saga, step) ? cut : intervene(cut, step.progress.step, "rollback", "unknown-unkeyed");
}

function inDoubtAfterRestart(progress: StepProgress): StepProgress {
  const { nextAttemptAt: _atOnce, ...rest } = progress;
  const lastError: LastError = { outcome: "unknown", reason: "the orchestrator restarted before an outcome was recorded" };
  return {
    ...rest,
    status: rest.status === "undoing" ? "undoing" : "unknown",
    calling: false,
    lastError: rest.lastError ?? lastError,
  };
}
