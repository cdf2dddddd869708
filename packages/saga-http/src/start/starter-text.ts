import type { Saga } from "saga-core";

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
