import type { FoundSaga } from "saga-core";
import {
  deadlineAt,
  isAfterPivot,
  isKeyed,
  isRepeatable,
  lastingOf,
  type NeedsIntervention,
  openWaitOf,
  patienceEndsAt,
  patienceOf,
  type StepProgress,
  stepNamed,
  stepOf,
  unseenSignals,
} from "saga-core/engine";
import { timestamp } from "../wire/timestamp.ts";
import type { AskedCall, Reason, RetriedCall } from "./reason.ts";

/** Why a saga is where it is: what it stands at first, then how it came there, then what is left of it. */
export function reasonsOf(found: FoundSaga, at: number): readonly Reason[] {
  return [...standingAt(found, at), ...turned(found), ...remains(found)];
}

function standingAt(found: FoundSaga, at: number): readonly Reason[] {
  const { phase } = found.saga;
  switch (phase.name) {
    case "needs-intervention":
      return [asking(found, phase)];
    case "forward":
    case "settling":
    case "undoing":
      return moving(found, at);
    case "completed":
    case "cancelled":
      return [{ code: phase.name, parameters: {} }];
  }
}

function asking(found: FoundSaga, phase: NeedsIntervention): Reason {
  const { saga } = found;
  const { step, reason, action, holder = "?" } = phase;
  const progress = progressOf(found, step);
  const about = () => askedCall(found, phase);
  switch (reason) {
    case "unknown-unkeyed":
    case "defect":
      return { code: reason, parameters: about() };
    case "gave-up":
      return { code: saga.keysMayBeForgotten ? "key-may-be-forgotten" : reason, parameters: about() };
    case "refused":
      if (action === "run" && progress?.signal)
        return { code: "signal-refused", parameters: { step, ...seenOf(refusalIn(progress)) } };
      return { code: reason, parameters: { ...about(), ...othersRefused(found, progress) } };
    case "id-reused":
      return { code: reason, parameters: { ...about(), holder } };
    case "no-signal":
      return { code: reason, parameters: { step } };
    case "correlation-taken":
      return { code: reason, parameters: { step, holder } };
    case "correlation-unusable": {
      const member = saga.terms.find((each) => each.step === step)?.wait?.correlation;
      return { code: reason, parameters: { step, ...(member !== undefined && { member }) } };
    }
    case "unregistered":
      return { code: reason, parameters: { definition: saga.definition, version: saga.version } };
    case "unreadable":
      return { code: reason, parameters: {} };
  }
}

function askedCall(found: FoundSaga, { step, action }: NeedsIntervention): AskedCall {
  const progress = progressOf(found, step);
  const known = knownOf(found, step, action);
  return {
    step,
    action,
    participant: participantOf(found, step),
    ...(progress && { attempts: progress.attempts }),
    ...seenOf(progress?.lastError?.reason),
    ...(known !== undefined && { known }),
  };
}

/** What the definition says about the participant of a call; undefined if it says nothing, or fails to: a saga can be shown in any case. */
function knownOf({ saga, controller }: FoundSaga, step: string, action: "run" | "rollback"): string | undefined {
  const handler = controller.handlers.find((each) => each.step === step);
  try {
    return handler?.whatIsKnown?.({ ...saga.input, ...saga.data }, action);
  } catch {
    return undefined;
  }
}

function refusalIn({ signal }: StepProgress): string | undefined {
  return signal?.outcome.outcome === "rejected" ? signal.outcome.reason : undefined;
}

/** Where a refused rollback let the earlier ones go on: the other steps whose rollbacks were refused, the last one first. */
function othersRefused({ saga }: FoundSaga, asked: StepProgress | undefined): { readonly steps?: readonly string[] } {
  if (asked?.status !== "undo-refused") return {};
  const others = saga.steps.filter((each) => each.status === "undo-refused" && each !== asked);
  return { steps: others.map(({ step }) => step).toReversed() };
}

function moving(found: FoundSaga, at: number): readonly Reason[] {
  const { saga } = found;
  const wait = openWaitOf(found);
  if (wait) {
    const { step, onTimeout: on_timeout } = wait;
    const time = { since: timestamp(wait.since), ...(wait.until !== undefined && { until: timestamp(wait.until) }) };
    if (wait.takesSignal) return [{ code: "waiting-for-signal", parameters: { step, ...time, on_timeout } }];
    return [{ code: "waiting-for-instant", parameters: { step, ...time } }];
  }
  const retried = saga.steps.find(({ calling, nextAttemptAt = -Infinity }) => !calling && nextAttemptAt > at);
  if (retried) return [retrying(found, retried, retried.nextAttemptAt ?? at), limitOf(found, retried)];
  const step = stepOf(found.controller, saga);
  if (step === undefined) return [];
  const participant = participantOf(found, step);
  if (saga.isParked) return [{ code: "held-back", parameters: { step, participant } }];
  const progress = progressOf(found, step);
  if (!progress?.calling) return [];
  return [{ code: "under-way", parameters: { step, action: actionIn(found), participant, attempts: progress.attempts } }];
}

function retrying(found: FoundSaga, { step, attempts, lastError, inDoubtSince }: StepProgress, nextAttemptAt: number): Reason {
  const parameters: RetriedCall = {
    step,
    action: actionIn(found),
    participant: participantOf(found, step),
    attempts,
    next_attempt_at: timestamp(nextAttemptAt),
    ...(lastError && { outcome: lastError.outcome }),
    ...seenOf(lastError?.reason),
  };
  if (inDoubtSince === undefined) return { code: "not-done-yet", parameters };
  return { code: settlingOf(found, step), parameters };
}

/** How the doubt about a call is settled by itself. */
function settlingOf(found: FoundSaga, step: string): "repeated" | "repeated-harmlessly" | "looked-up" {
  const { saga, controller } = found;
  if (isKeyed(saga, step)) return "repeated";
  const open = stepNamed(controller, saga, step);
  return open && isRepeatable(open, actionIn(found)) ? "repeated-harmlessly" : "looked-up";
}

/** What happens at the limit, if nothing changes before. */
function limitOf({ saga, controller }: FoundSaga, progress: StepProgress): Reason {
  const { step, inDoubtSince } = progress;
  const index = controller.handlers.findIndex((handler) => handler.step === step);
  const canTurnBack = saga.phase.name === "forward" && !isAfterPivot(controller, index);
  if (!canTurnBack || inDoubtSince !== undefined)
    return { code: "asks-later", parameters: { until: timestamp(patienceEndsAt(saga, progress)) } };
  const attempts_max = patienceOf(saga, step).attemptsMax;
  return { code: "turns-back", parameters: { until: timestamp(deadlineAt(saga)), attempts_max } };
}

function turned({ saga: { phase } }: FoundSaga): readonly Reason[] {
  const during = phase.name === "needs-intervention" ? phase.during : phase;
  // Not its reason: who cancelled it, and why, is in the history alone, which is for operators.
  return "turn" in during ? [{ code: "turned-back", parameters: { step: during.turn.step, cause: during.turn.cause } }] : [];
}

function remains({ saga, controller }: FoundSaga): readonly Reason[] {
  const lasting = lastingOf(controller, saga).map(({ step }) => step);
  const late = unseenSignals(saga).length;
  return [
    ...(saga.orphans.length > 0 ? [{ code: "orphans", parameters: { steps: saga.orphans } } as const] : []),
    ...(lasting.length > 0 ? [{ code: "lasting", parameters: { steps: lasting } } as const] : []),
    ...(late > 0 ? [{ code: "late-signals", parameters: { count: late } } as const] : []),
  ];
}

function actionIn({ saga }: FoundSaga): "run" | "rollback" {
  return saga.phase.name === "undoing" ? "rollback" : "run";
}

function progressOf({ saga }: FoundSaga, step: string): StepProgress | undefined {
  return saga.steps.find((each) => each.step === step);
}

function participantOf({ controller }: FoundSaga, step: string): string {
  return controller.handlers.find((handler) => handler.step === step)?.participant.name ?? "the participant";
}

function seenOf(seen: string | undefined): { readonly seen?: string } {
  return seen === undefined ? {} : { seen };
}
