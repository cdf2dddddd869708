import type { Outcome, Saga, SagaEvent, Turn } from "saga-core";
import type { KnownSignal, StepProgress } from "saga-core/engine";
import { type Caller, readsAll } from "../access/access.ts";

/** What SQLAlchemy writes after the message of a database's error: the statement, its parameters, and where to read more. */
const STATEMENT = /\[SQL:|\[parameters:|\(Background on this error/;

/**
 * The part of a participant's text that the starter of a saga may see: its first line, without SQL and parameters, which have data of other
 * people. Operators see all that is recorded of it.
 */
export function starterText(text: string): string {
  const [first = ""] = text.trimStart().split(/\r\n|[\n\r\u2028\u2029]/);
  const [message = ""] = first.split(STATEMENT);
  return message.trim();
}

/** In the place of the id of a saga of somebody else. */
const ANOTHER = "?";

/** The saga with such texts in the place of the participants' own, without who sent its signals, and without the id of another saga. */
export function withStarterTexts(saga: Saga): Saga {
  const { lateSignals, phase } = saga;
  return {
    ...saga,
    steps: saga.steps.map(withStarterProgress),
    ...(lateSignals && { lateSignals: lateSignals.map(withStarterSignal) }),
    ...(phase.name === "needs-intervention" && phase.holder !== undefined && { phase: { ...phase, holder: ANOTHER } }),
  };
}

function withStarterProgress(progress: StepProgress): StepProgress {
  const { lastError, signal, pastRefusals } = progress;
  return {
    ...progress,
    ...(lastError && { lastError: { ...lastError, reason: starterText(lastError.reason) } }),
    ...(signal && { signal: withStarterSignal(signal) }),
    ...(pastRefusals && { pastRefusals: pastRefusals.map(withStarterSignal) }),
  };
}

function withStarterSignal<Signal extends Pick<KnownSignal, "outcome" | "by">>({
  by: _by,
  ...signal
}: Signal): Omit<Signal, "by"> {
  return { ...signal, outcome: shortened(signal.outcome) };
}

/** The saga as its caller may see it: who reads everything sees all texts. */
export function sagaFor(caller: Caller, saga: Saga): Saga {
  return readsAll(caller) ? saga : withStarterTexts(saga);
}

/** The event as its caller may see it. An owner sees neither what a participant said beyond its first line, nor who operated on the saga and why. */
export function eventFor(caller: Caller, event: SagaEvent): SagaEvent {
  return readsAll(caller) ? event : withStarterText(event);
}

function withStarterText(event: SagaEvent): SagaEvent {
  switch (event.type) {
    case "answered":
      return { ...event, outcome: shortened(event.outcome) };
    case "signalled":
      return withStarterSignal(event);
    case "compacted": {
      const [first, last] = [event.first, event.last].map((failure) => ({ ...failure, reason: starterText(failure.reason) }));
      return { ...event, ...(first && { first }), ...(last && { last }) };
    }
    case "closing-recorded":
      return event.turn ? { ...event, turn: { ...event.turn, reason: reasonOf(event.turn) } } : event;
    case "cancel-requested":
    case "retry-requested":
    case "resolved":
    case "wait-ended":
    case "acknowledged": {
      const { by: _by, note: _note, ...operation } = event;
      return operation;
    }
    case "refused": {
      const { by: _by, ...refused } = event;
      return refused;
    }
    case "id-reused":
    case "correlation-refused":
      return { ...event, holder: ANOTHER };
    case "started":
    case "woken":
    case "pivot-recorded":
    case "parked":
    case "resumed":
      return event;
  }
}

function shortened<Result extends object>(outcome: Outcome<Result>): Outcome<Result> {
  return outcome.outcome === "done" ? outcome : { ...outcome, reason: starterText(outcome.reason) };
}

/** The operator's name and reason are in the history, which is for operators. */
export function reasonOf({ cause, reason }: Turn): string {
  return cause === "cancelled" ? "it was cancelled" : starterText(reason);
}
