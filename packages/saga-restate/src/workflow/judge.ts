import type { Controller, Saga } from "saga-core";
import {
  choiceOf,
  isOperation,
  isOtherUnderKey,
  type Operation,
  type Refused,
  readEvent,
  type Signalled,
  verdictOf,
} from "saga-core/engine";
import type { Verdict } from "../objects/messages.ts";

/** What comes to a saga from outside: what a person requests or was refused, or a signal. */
export type FromOutside = Operation | Refused | Signalled;

/** What is told about it, and whether it is recorded. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly isRecorded: boolean;
}

/** @throws TypeError or UnreadableEvent where it is nothing of that kind. */
export function readFromOutside(controller: Controller, raw: unknown): FromOutside {
  const event = readEvent(controller, raw);
  if (event.type === "signalled" || event.type === "refused" || isOperation(event)) return event;
  throw new TypeError(`${event.type} is no operation`);
}

/** Decides about it from the saga alone, so that everybody who has its records decides the same. */
export function judge(controller: Controller, saga: Saga, event: FromOutside): Judgement {
  if (event.type !== "signalled") {
    const choice = choiceOf(controller, saga, event);
    return { verdict: choice, isRecorded: choice.allowed };
  }
  if (isOtherUnderKey(saga, event)) {
    const reason = "its key came with another signal before";
    return { verdict: { allowed: false, reason, isKeyReused: true }, isRecorded: false };
  }
  const verdict = verdictOf(controller, saga, event);
  if (verdict.name !== "late")
    return { verdict: { allowed: true, signal: verdict.name }, isRecorded: verdict.name !== "repeated" };
  return { verdict: { allowed: false, reason: "it is too late", late: verdict.because }, isRecorded: verdict.isNew };
}
