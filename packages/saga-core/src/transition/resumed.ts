import type { Controller } from "../definition/controller.ts";
import { isWait } from "../definition/handler.ts";
import { doubtedAt } from "./doubt-times.ts";
import { sentFrom } from "./first-attempt.ts";
import type { LastError, Saga, StepProgress } from "./saga.ts";
import { isAfterPivot, isApplied, isKeyed, lastAppliedStep, type StepAt, stepAt, withStep } from "./steps.ts";

/** The instants of a restart, in milliseconds since the epoch. */
interface Restart {
  /** When the saga goes on: what was sent before is in doubt since then. */
  readonly at: number;
  /** When its last record was made. What was decided in records that are lost was decided after it. */
  readonly lastAt: number;
}

/**
 * After a restart, every keyed step without a recorded outcome may have been sent, the pivot and those after it only if its record
 * stands (rule 3). An unkeyed attempt is durable before its call, so its record shows whether it was sent.
 */
export function resumed(controller: Controller, saga: Saga, at: Restart): Saga {
  if (saga.isParked) return unparked(saga);
  return saga.phase.name === "undoing" ? resumedUndoing(controller, saga, at) : resumedForward(controller, saga, at);
}

/** Nothing is in doubt; and the record that the saga goes on is durable before another call. */
export function unparked({ isParked, ...saga }: Saga): Saga {
  return isParked ? { ...saga, barrier: saga.seq } : saga;
}

function resumedForward(controller: Controller, saga: Saga, at: Restart): Saga {
  let doubted = saga;
  for (const index of saga.steps.keys()) {
    const step = stepAt(controller, saga, index);
    if (!step || step.progress.status === "done") continue;
    // What ends a wait is durable before anything after it is sent.
    if (isWait(step.handler)) break;
    if (step.handler.kind === "read") return withStep(doubted, index, readAgain(step.progress));
    if (!mayHaveBeenSent(controller, saga, step)) break;
    doubted = withStep(doubted, index, { ...inDoubtAfterRestart(saga, step, at), status: "unknown" });
    // A later step is sent only when the outcome of an unkeyed one is durable; a keyed one is not waited for.
    if (!isKeyed(saga, step.progress.step)) break;
  }
  return doubted;
}

function mayHaveBeenSent(controller: Controller, saga: Saga, { index, handler, progress }: StepAt): boolean {
  // Since the recorded turn, only steps already in doubt were sent again. Exception: if the pivot proved done, the saga went forward, so
  // retriable steps may have been sent.
  const isSettled = saga.phase.name === "settling" && !isAfterPivot(controller, index);
  const isRecorded = isSettled || !isKeyed(saga, progress.step);
  if (isRecorded) return progress.calling || progress.status === "unknown";
  return handler.kind !== "pivot" || saga.pivotRecord !== undefined;
}

/** What it gave was not durable, so nothing after it was sent; and the read itself puts nothing in doubt. */
function readAgain({ nextAttemptAt: _atOnce, ...progress }: StepProgress): StepProgress {
  return { ...progress, calling: false };
}

/** The reason of a step's last attempt when nothing but a restart put it in doubt. */
const RESTARTED = "the orchestrator restarted before an outcome was recorded";

/** Whether a saga needs a human for a call that a restart put in doubt, and to which no participant has given an answer since. */
export function isDoubtOfRestart({ phase, steps }: Saga): boolean {
  if (phase.name !== "needs-intervention") return false;
  return steps.find(({ step }) => step === phase.step)?.lastError?.reason === RESTARTED;
}

/** Rollbacks of keyed steps are sent one after the other without waiting for the disk: each of them may have been. */
function resumedUndoing(controller: Controller, saga: Saga, at: Restart): Saga {
  let doubted = saga;
  const last = lastAppliedStep(controller, saga)?.index ?? -1;
  for (let index = last; index >= 0; index -= 1) {
    const step = stepAt(controller, saga, index);
    if (step?.handler.kind !== "compensatable" || !isApplied(step.progress)) continue;
    const keyed = isKeyed(saga, step.progress.step);
    if (!keyed && !step.progress.calling) break;
    doubted = withStep(doubted, index, inDoubtAfterRestart(saga, step, at));
    if (!keyed) break;
  }
  return doubted;
}

function inDoubtAfterRestart(saga: Saga, { progress }: StepAt, { at, lastAt }: Restart): StepProgress {
  const { nextAttemptAt: _atOnce, lastError: seen, ...rest } = progress;
  // What an earlier attempt without effect was answered says nothing about the attempt that is in doubt now.
  const doubt: LastError = { outcome: "unknown", reason: RESTARTED };
  const lastError = progress.inDoubtSince === undefined ? doubt : (seen ?? doubt);
  // At an unkeyed participant nothing was sent again since the attempt that was in doubt already.
  const since = isKeyed(saga, progress.step) ? at : (progress.inDoubtSince ?? at);
  return {
    ...rest,
    calling: false,
    ...doubtedAt(progress, since),
    ...sentFrom(saga, progress, lastAt),
    ...(rest.status !== "done" && { lastError }),
  };
}
