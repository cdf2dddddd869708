import { type AnyHandler, givesNothing, type Participant, type StepPatience, unknown } from "saga-core";
import type { ToldStep, ToldWait } from "./told-definition.ts";

/** Whether participants keep keys: as the definition says, all of them, or none. */
export type Keys = "as-told" | "kept" | "not-kept";

/** A step, made again from what the API tells of it. Whatever is asked of it, it calls nobody. */
export function toldHandler(told: ToldStep, keys: Keys): AnyHandler {
  return told.waits ? waitOf(told, told.waits, keys) : callOf(told, keys);
}

const calledHere = async () => unknown("nothing is called from this page");

function callOf(told: ToldStep, keys: Keys): AnyHandler {
  const { step, kind, call_timeout_ms: callTimeoutMs } = told;
  const shared = {
    step,
    participant: participantOf(told, keys),
    gives: givesNothing,
    run: calledHere,
    ...(callTimeoutMs !== undefined && { callTimeoutMs }),
    ...(told.patience && { patience: patienceOf(told.patience) }),
  };
  const probe = told.looks_up ? { probe: calledHere } : {};
  switch (kind) {
    case "compensatable":
      return { ...shared, ...probe, kind, words: undoableWords(told), ...undoing(told) };
    case "lasting":
      return { ...shared, ...probe, kind, words: failingWords(told) };
    case "pivot":
      return { ...shared, ...probe, kind, words: failingWords(told), orphanIsHarmless: told.orphan_is_harmless === true };
    case "retriable":
      return { ...shared, ...probe, kind, words: stepWords(told) };
    case "read":
      return { ...shared, kind };
  }
}

function waitOf(told: ToldStep, waits: ToldWait, keys: Keys): AnyHandler {
  const { step, kind } = told;
  const { wait_ms: waitMs, wait_until: waitUntil, takes_signal: takesSignal, on_timeout: onTimeout } = waits;
  const shared = {
    how: "wait",
    step,
    gives: givesNothing,
    // Where it must, it goes on with nothing here: what a default gives decides nothing.
    byDefault: {},
    ...(takesSignal && { accepts: givesNothing, onTimeout }),
    ...(waitMs !== undefined && { waitMs }),
    ...(waitUntil !== undefined && { waitUntil }),
  } as const;
  const timedOut = told.events?.timed_out === undefined ? {} : { timedOut: told.events.timed_out };
  const participant = participantOf(told, "as-told");
  switch (kind) {
    case "compensatable":
      return {
        ...shared,
        kind,
        participant: participantOf(told, keys),
        words: { ...undoableWords(told), ...timedOut },
        ...undoing(told),
      };
    case "lasting":
      return { ...shared, kind, participant, words: { ...failingWords(told), ...timedOut } };
    case "pivot":
      return { ...shared, kind, participant, words: { ...failingWords(told), ...timedOut }, orphanIsHarmless: false };
    case "retriable":
      return { ...shared, kind, participant, words: { ...stepWords(told), ...timedOut } };
    case "read":
      throw new TypeError(`the read "${step}" cannot wait`);
  }
}

function undoing(told: ToldStep) {
  return {
    rollback: calledHere,
    rollbackIsRepeatable: told.repeatable_rollback === true,
    refusedRollback: told.refused_rollback ?? "stop",
  } as const;
}

/** Where keys are supposed that the participant does not keep, it may forget them no sooner than a request can arrive. */
function participantOf(told: ToldStep, keys: Keys): Participant {
  const { participant: name, arrives_within_ms: arrivesWithinMs, key_retention_ms: retention } = told;
  const keyed = keys === "as-told" ? told.keyed : keys === "kept";
  const isLongEnough = retention !== undefined && retention > arrivesWithinMs;
  return { name, keyed, arrivesWithinMs, ...(isLongEnough && { keyRetentionMs: retention }) };
}

function patienceOf(told: NonNullable<ToldStep["patience"]>): StepPatience {
  return {
    ...(told.attempts_max !== undefined && { attemptsMax: told.attempts_max }),
    ...(told.backoff_ms_base !== undefined && { backoffMsBase: told.backoff_ms_base }),
    ...(told.backoff_ms_max !== undefined && { backoffMsMax: told.backoff_ms_max }),
    ...(told.deadline_ms !== undefined && { deadlineMs: told.deadline_ms }),
    ...(told.give_up_ms !== undefined && { giveUpMs: told.give_up_ms }),
  };
}

function stepWords({ step, state, events }: ToldStep) {
  return { state: need(state, step, "state"), done: need(events?.done, step, "done") };
}

function failingWords(told: ToldStep) {
  return { ...stepWords(told), failed: need(told.events?.failed, told.step, "failed") };
}

function undoableWords(told: ToldStep) {
  return {
    ...failingWords(told),
    undoing: need(told.undoing_state, told.step, "undoing"),
    undone: need(told.events?.undone, told.step, "undone"),
  };
}

function need(word: string | undefined, step: string, which: string): string {
  if (word === undefined) throw new TypeError(`the word "${which}" of "${step}" is not told`);
  return word;
}
