import { hasEffect, isWait } from "../definition/handler.ts";
import { WRITE_MS_MAX } from "./orchestrator.ts";
import type { Plan, PlannedSaga, Window } from "./plan.ts";
import { LATENCY_MS_MAX } from "./services.ts";
import { ARRIVES_WITHIN_MS, CALL_TIMEOUT_MS, POLICY } from "./shared-definitions.ts";

/** A record waits for the write that is under way, and for its own, in milliseconds. */
const RECORD_MS = 2 * WRITE_MS_MAX;
/** A request and its answer, and the records before and after it, in milliseconds. */
const CALL_MS = 2 * LATENCY_MS_MAX + 2 * RECORD_MS;
/** The longest time until one of those that are held back tries a participant, in milliseconds. */
const TRIAL_MS = Math.min(30_000, POLICY.deadlineMs / 4);
/** The most first attempts under way at a participant that was silent last. */
const FIRST_ATTEMPTS_MAX = 8;

interface Hindrance extends Window {
  /** How long it is felt when it is over, in milliseconds. */
  readonly afterMs: number;
}

/**
 * When a healthy saga must be at rest, in milliseconds after the beginning. It follows from its own calls, and from the crashes, the stalls
 * and the silent participants on its way. How many sagas are sick beside it is not in it, with two exceptions: a first attempt waits for the
 * older ones at a participant that gives some sagas no answer; and a saga whose call a silence met is held back there with those, and tries in
 * turn, unless the answer to another saga comes first.
 *
 * @param startedAt in milliseconds after the beginning.
 */
export function restsBy(plan: Plan, saga: PlannedSaga, startedAt: number): number {
  let due = startedAt + ownMs(saga) + queuedMs(plan, saga);
  for (const { from, until, afterMs } of hindrancesOf(plan, saga)) {
    if (from < due && until > startedAt) due += until - Math.max(from, startedAt) + afterMs;
  }
  return due;
}

/** Its steps are run, or wait as long as they may, and what a refusal or a cancel turns back is undone. */
function ownMs({ definition, refusedStep, cancelAt, signals }: PlannedSaga): number {
  const directions = refusedStep === undefined && cancelAt === undefined && signals === undefined ? 1 : 2;
  const waits = definition.handlers.map((handler) => (isWait(handler) ? (handler.waitMs ?? 0) : 0));
  return waits.reduce((sum, waitMs) => sum + waitMs, 2 * RECORD_MS + definition.handlers.length * directions * CALL_MS);
}

/** The wait for the first attempts of older sagas that get no answer: before each of its own, as many go at a time as may. */
function queuedMs({ sagas }: Plan, { id, definition }: PlannedSaga): number {
  const waits = definition.handlers.map(({ participant }) => {
    const silent = sagas.filter((other) => other.id < id && isSilentAt(other, participant.name));
    return silent.length === 0 ? 0 : (Math.ceil(silent.length / FIRST_ATTEMPTS_MAX) + 1) * CALL_TIMEOUT_MS;
  });
  return waits.reduce((sum, wait) => sum + wait, 0);
}

function isSilentAt({ definition, sickness }: PlannedSaga, participant: string): boolean {
  if (sickness?.way !== "silent") return false;
  return definition.handlers.some((handler) => handler.step === sickness.step && handler.participant.name === participant);
}

function hindrancesOf({ sagas, outages, stalls, silences }: Plan, saga: PlannedSaga): readonly Hindrance[] {
  const { handlers } = saga.definition;
  // What is in doubt at an unkeyed participant is looked up when it can no longer arrive.
  const isKeyed = handlers.every((handler) => !hasEffect(handler) || handler.participant.keyed);
  const settledMs = ownMs(saga) + (isKeyed ? 0 : ARRIVES_WITHIN_MS);
  const met = silences.filter(({ participant }) => handlers.some((handler) => handler.participant.name === participant));
  const triedAgainMs = (participant: string) => {
    const held = sagas.filter((other) => isSilentAt(other, participant)).length;
    return (1 + held) * (CALL_TIMEOUT_MS + TRIAL_MS) + POLICY.backoffMsMax;
  };
  return [
    ...outages.map((window) => ({ ...window, afterMs: settledMs })),
    ...stalls.map((window) => ({ ...window, afterMs: ownMs(saga) })),
    ...met.map((window) => ({ ...window, afterMs: settledMs + triedAgainMs(window.participant) })),
  ].toSorted((one, other) => one.from - other.from);
}
