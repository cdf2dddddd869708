import type { Action, CallKind } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import { type AnyHandler, isWait } from "../definition/handler.ts";
import type { Turn } from "../definition/turn.ts";
import { correlationAt } from "./claims.ts";
import type { AppendRecord, Call, Claim, Command } from "./command.ts";
import { giveUpAt, keyEndAt, settlingBy } from "./doubt.ts";
import { stillInDoubt } from "./doubt-times.ts";
import { calledFrom, stillSentFrom } from "./first-attempt.ts";
import { idAtRisk } from "./id-reuse.ts";
import { intervene } from "./intervene.ts";
import { isLeftUnknown, leftUnknown } from "./lasting.ts";
import { deadlineAt, patienceEndsAt } from "./limits.ts";
import { ownPatienceOf } from "./patience.ts";
import { askAboutRefused } from "./refused-rollback.ts";
import type { Saga } from "./saga.ts";
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
import { openWait, reachWait } from "./waits.ts";

/** The saga after an event, and everything to do now. A wait that is not commanded again is cancelled. */
export interface Decision {
  readonly saga: Saga;
  readonly commands: readonly (Command | AppendRecord | Claim)[];
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
  // The deadline stands still while the saga waits.
  if (open.progress.status === "waiting") return stand(saga, open);
  const isLate = isAfterPivot(controller, open.index);
  const deadline = isLate ? Infinity : deadlineAt(saga);
  if (at < deadline && isWait(open.handler)) return decide(controller, reachWait(controller, saga, open, at), at);
  if (isLate) return nextAttempt(controller, saga, open, { action: "run", at });
  if (at < deadline)
    return nextAttempt(controller, saga, open, { action: "run", at, deadline: deadlineOnceSent(saga, open, at) });
  const reason = lateReason(saga, open);
  return settle(controller, turnBack(controller, saga, { cause: "deadline", step: open.progress.step, reason }), at);
}

/** Nothing is under way, and nothing is due but the end of the wait. */
function stand(saga: Saga, { progress: { step, waitingUntil = Infinity } }: StepAt): Decision {
  return { saga, commands: [listen(saga, step), ...waitUntil(waitingUntil)] };
}

export function listen(saga: Saga, step: string): Command {
  const correlation = correlationAt(saga, step);
  return { type: "listen", step, ...(correlation !== undefined && { correlation }) };
}

/** The deadline of the saga if the next attempt is sent now: its own deadline holds from a step's first attempt on. */
function deadlineOnceSent(saga: Saga, { progress }: StepAt, at: number): number {
  const own = ownPatienceOf(saga, progress.step)?.deadlineMs;
  return own !== undefined && progress.firstCalledAt === undefined ? at + own : deadlineAt(saga);
}

function lateReason(saga: Saga, { progress }: StepAt): string {
  const own = progress.firstCalledAt === undefined ? undefined : ownPatienceOf(saga, progress.step)?.deadlineMs;
  if (own !== undefined) return `it was not done within ${own} ms of its first attempt`;
  return `it was not done within ${saga.policy.deadlineMs} ms of ${saga.clockFrom === undefined ? "the start" : "the last step that had a deadline of its own"}`;
}

/** Settles in forward order, stopping at the first step that was refused or certainly not sent (rule 4). */
function settle(controller: Controller, saga: Saga, at: number): Decision {
  const open = firstOpenStep(controller, saga);
  if (!open) return settledDone(controller, saga, at);
  const { index, progress } = open;
  if (isLeftUnknown(saga, open, at)) return close(nothingSentAfter(leftUnknown(saga, open, at), index));
  if (progress.calling || progress.status === "unknown") return nextAttempt(controller, saga, open, { action: "run", at });
  if (progress.status === "rejected") return close(saga);
  const { lastError } = progress;
  const skipped = { ...settledAs(progress, "skipped"), ...(lastError && { lastError }) };
  return close(nothingSentAfter(withStep(saga, index, skipped), index));
}

/**
 * All steps are done, and the definition has no pivot: else the saga would have gone forward. The saga completes, unless a cancel was
 * accepted: then it is undone (rule 5).
 */
function settledDone(controller: Controller, saga: Saga, at: number): Decision {
  const isPromised = saga.phase.name === "settling" && saga.phase.turn.cause === "cancelled";
  if (isPromised) return close(saga);
  return goForward(controller, { ...saga, phase: { name: "forward" } }, at);
}

/** The closing record holds what every rollback is told: neither a later cancel nor a release with other wording changes it (rule 4). */
function close(saga: Saga): Decision {
  const turn = saga.rules === 2 && saga.phase.name === "settling" ? saga.phase.turn : undefined;
  return { saga, commands: [{ type: "record", event: "closing-recorded", ...(turn && { turn }) }] };
}

/** Undoes the done steps, in reverse, each rollback finished before the next (rule 6). */
function undo(controller: Controller, saga: Saga, turn: Turn, at: number): Decision {
  const last = lastAppliedStep(controller, saga);
  if (!last) return decide(controller, askAboutRefused(saga) ?? { ...saga, phase: { name: "cancelled", turn } }, at);
  if (last.progress.status === "undoing") return nextAttempt(controller, saga, last, { action: "rollback", at });
  const doubt =
    last.progress.inDoubtSince === undefined ? {} : { ...stillInDoubt(last.progress), ...stillSentFrom(last.progress) };
  const progress = { ...settledAs(last.progress, "undoing"), attempts: 0, ...doubt };
  return nextAttempt(controller, withStep(saga, last.index, progress), { ...last, progress }, { action: "rollback", at });
}

/** The instant at which a saga whose next call is held up turns back or gives up. */
export function patienceAt(controller: Controller, saga: Saga): number {
  const waits = openWait(controller, saga);
  if (waits) return waits.progress.waitingUntil ?? Infinity;
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
  const called = { attempts: progress.attempts + 1, calling: true, calledAt: at, ...calledFrom(saga, progress, at) };
  const sent = withStep(saga, index, { ...rest, status, ...called });
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
    ...(saga.phase.name === "undoing" && { turn: saga.phase.turn }),
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
    isPivotCall(controller.handlers[index + 1]) &&
    saga.pivotRecord === undefined;
  return isDue ? [{ type: "record", event: "pivot-recorded" }] : [];
}

/** A pivot that waits has no record ahead: what ends its wait is the record. */
function isPivotCall(handler: AnyHandler | undefined): boolean {
  return handler?.kind === "pivot" && !isWait(handler);
}

function waitUntil(until: number): readonly Command[] {
  return until === Infinity ? [] : [{ type: "wait", until }];
}
