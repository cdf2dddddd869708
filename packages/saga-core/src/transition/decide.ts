import type { Action, CallKind } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import type { AppendRecord, Call, Command } from "./command.ts";
import { giveUpAt, keyEndAt, settlingBy } from "./doubt.ts";
import { idAtRisk } from "./id-reuse.ts";
import { intervene } from "./intervene.ts";
import { deadlineAt, patienceEndsAt } from "./limits.ts";
import type { Saga, Turn } from "./saga.ts";
import { runRejected } from "./step-results.ts";
import {
  firstOpenStep,
  isAfterPivot,
  isAttemptRecorded,
  lastAppliedStep,
  nothingSentAfter,
  type StepAt,
  settledAs,
  withStep,
} from "./steps.ts";
import { turnBack } from "./turn-back.ts";

/** The saga after an event, and everything to do now. A wait that is not commanded again is cancelled. */
export interface Decision {
  readonly saga: Saga;
  readonly commands: readonly (Command | AppendRecord)[];
}

/** Decides what follows from where a saga is, at the instant `at`. */
export function decide(controller: Controller, saga: Saga, at: number): Decision {
  switch (saga.phase.name) {
    case "forward":
      return goForward(controller, saga, at);
    case "settling":
      return settle(controller, saga, at);
    case "undoing":
      return undo(controller, saga, saga.phase.turn, at);
    case "completed":
    case "cancelled":
    case "needs-intervention":
      return { saga, commands: [{ type: "rest", after: saga.seq }] };
  }
}

function goForward(controller: Controller, saga: Saga, at: number): Decision {
  const open = firstOpenStep(controller, saga);
  if (!open) return decide(controller, { ...saga, phase: { name: "completed" } }, at);
  if (isAfterPivot(controller, open.index)) return nextAttempt(controller, saga, open, { action: "run", at });
  const deadline = deadlineAt(saga);
  if (at < deadline) return nextAttempt(controller, saga, open, { action: "run", at, deadline });
  const reason = `it was not done within ${saga.policy.deadlineMs} ms of the start`;
  return settle(controller, turnBack(controller, saga, { cause: "deadline", step: open.progress.step, reason }), at);
}

/** Settles in forward order, stopping at the first step that was refused or certainly not sent (rule 4). */
function settle(controller: Controller, saga: Saga, at: number): Decision {
  const open = firstOpenStep(controller, saga);
  if (!open) return settledDone(controller, saga, at);
  const { index, progress } = open;
  if (progress.calling || progress.status === "unknown") return nextAttempt(controller, saga, open, { action: "run", at });
  if (progress.status === "rejected") return { saga, commands: [{ type: "record", event: "closing-recorded" }] };
  const { lastError } = progress;
  const skipped = { ...settledAs(progress, "skipped"), ...(lastError && { lastError }) };
  return {
    saga: nothingSentAfter(withStep(saga, index, skipped), index),
    commands: [{ type: "record", event: "closing-recorded" }],
  };
}

/**
 * All steps are done, and the definition has no pivot: else the saga would have gone forward. The saga completes, unless a cancel was
 * accepted: then it is undone (rule 5).
 */
function settledDone(controller: Controller, saga: Saga, at: number): Decision {
  const isPromised = saga.phase.name === "settling" && saga.phase.turn.cause === "cancelled";
  if (isPromised) return { saga, commands: [{ type: "record", event: "closing-recorded" }] };
  return goForward(controller, { ...saga, phase: { name: "forward" } }, at);
}

/** Undoes the done steps, in reverse, each rollback finished before the next (rule 6). */
function undo(controller: Controller, saga: Saga, turn: Turn, at: number): Decision {
  const last = lastAppliedStep(controller, saga);
  if (!last) return decide(controller, { ...saga, phase: { name: "cancelled", turn } }, at);
  if (last.progress.status === "undoing") return nextAttempt(controller, saga, last, { action: "rollback", at });
  const { inDoubtSince } = last.progress;
  const progress = { ...settledAs(last.progress, "undoing"), attempts: 0, ...(inDoubtSince !== undefined && { inDoubtSince }) };
  return nextAttempt(controller, withStep(saga, last.index, progress), { ...last, progress }, { action: "rollback", at });
}

/** The instant at which a saga whose next call is held up turns back or gives up. */
export function patienceAt(controller: Controller, saga: Saga): number {
  const isForward = saga.phase.name === "forward";
  const isUndoing = saga.phase.name === "undoing";
  const open = isUndoing ? lastAppliedStep(controller, saga) : firstOpenStep(controller, saga);
  const deadline = isForward && !(open && isAfterPivot(controller, open.index)) ? deadlineAt(saga) : Infinity;
  const giveUp = open ? giveUpAt(saga, open, isUndoing ? "rollback" : "run") : patienceEndsAt(saga);
  return Math.min(deadline, giveUp);
}

interface ActionDue {
  readonly action: Action;
  readonly at: number;
  /** Where the saga may still turn back. */
  readonly deadline?: number;
}

/** Sends the next attempt, or waits for the one under way or until the next is due. */
function nextAttempt(controller: Controller, saga: Saga, open: StepAt, due: ActionDue): Decision {
  const { action, at, deadline = Infinity } = due;
  const { progress } = open;
  if (progress.calling) return { saga, commands: waitUntil(deadline) };
  const settledBy = settlingBy(saga, open, action);
  if (settledBy === "orphan") return decide(controller, orphaned(controller, saga, open), at);
  if (settledBy === "human") return decide(controller, intervene(saga, progress.step, action, "unknown-unkeyed"), at);
  const keyEnds = keyEndAt(saga, open, action);
  const until = giveUpAt(saga, open, action);
  if (at >= until) return decide(controller, intervene(saga, progress.step, action, "gave-up"), at);
  const { nextAttemptAt = at } = progress;
  if (at < nextAttemptAt) return { saga, commands: waitUntil(Math.min(nextAttemptAt, deadline, until)) };
  if (open.handler.kind === "pivot" && saga.pivotRecord === undefined) {
    return { saga, commands: [{ type: "record", event: "pivot-recorded" }] };
  }
  return commandCall(controller, saga, open, {
    action: settledBy === "probe" ? "probe" : action,
    at,
    deadline,
    ...(keyEnds < Infinity && { before: keyEnds }),
  });
}

/** Its unknown outcome counts as a refusal, and is reported. */
function orphaned(controller: Controller, saga: Saga, open: StepAt): Saga {
  const { step, lastError } = open.progress;
  const reason = `it is not known whether it was applied (${lastError?.reason ?? "no answer"}), and an orphan is declared harmless`;
  return runRejected(controller, { ...saga, orphans: [...saga.orphans, step] }, open, { reason });
}

function commandCall(
  controller: Controller,
  saga: Saga,
  open: StepAt,
  {
    action,
    at,
    deadline = Infinity,
    before,
  }: Omit<ActionDue, "action"> & { readonly action: CallKind; readonly before?: number },
): Decision {
  const { index, handler, progress } = open;
  const { step } = progress;
  const status = progress.status === "pending" ? "running" : progress.status;
  const { nextAttemptAt: _past, ...rest } = progress;
  const sent = withStep(saga, index, { ...rest, status, attempts: progress.attempts + 1, calling: true, calledAt: at });
  // An unkeyed attempt is durable before its call (rule 5).
  const barred = isAttemptRecorded(saga, handler) ? { ...sent, barrier: saga.seq } : sent;
  const pivotRecord = handler.kind === "pivot" ? saga.pivotRecord : undefined;
  const unlessReused = action === "rollback" ? idAtRisk(saga, open, at) : undefined;
  const call: Call = {
    type: action,
    step,
    attempt: progress.attempts + 1,
    after: Math.max(barred.barrier, pivotRecord ?? 0),
    ...(before !== undefined && { before }),
    ...(unlessReused && { unlessReused }),
  };
  return { saga: barred, commands: [call, ...waitUntil(deadline), ...recordAhead(controller, saga, open, action)] };
}

/**
 * The pivot's record is written while the step before it is under way, so that the pivot need not wait for the disk (rule 5). Not over a
 * read: what it gives must be durable before the pivot anyway, and until then nothing of the pivot may be in doubt.
 */
function recordAhead(controller: Controller, saga: Saga, { index, handler }: StepAt, action: CallKind): readonly AppendRecord[] {
  const isDue =
    saga.phase.name === "forward" &&
    action === "run" &&
    handler.kind !== "read" &&
    controller.handlers[index + 1]?.kind === "pivot" &&
    saga.pivotRecord === undefined;
  return isDue ? [{ type: "record", event: "pivot-recorded" }] : [];
}

function waitUntil(until: number): readonly Command[] {
  return until === Infinity ? [] : [{ type: "wait", until }];
}
