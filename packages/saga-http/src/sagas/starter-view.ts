import type { Outcome, Saga, SagaEvent, Turn } from "saga-core";
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

/** The saga with such texts in the place of the participants' own. */
export function withStarterTexts(saga: Saga): Saga {
  const steps = saga.steps.map((step) => {
    const { lastError } = step;
    return lastError ? { ...step, lastError: { ...lastError, reason: starterText(lastError.reason) } } : step;
  });
  return { ...saga, steps };
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
    case "signalled": {
      const { by: _by, ...signalled } = event;
      const { outcome } = signalled;
      return {
        ...signalled,
        outcome: outcome.outcome === "done" ? outcome : { ...outcome, reason: starterText(outcome.reason) },
      };
    }
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
    case "started":
    case "id-reused":
    case "woken":
    case "pivot-recorded":
    case "parked":
    case "resumed":
    case "correlation-refused":
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
