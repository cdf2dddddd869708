import type { AnyHandler } from "./handler.ts";
import { termsOf } from "./terms.ts";

/** The default of `callTimeoutMs`. */
const CALL_TIMEOUT_MS_DEFAULT = 30_000;

/**
 * The deadline of each call of a step, in milliseconds: the step's own, else its participant's, else 30,000. It is the deadline of a call,
 * never of a saga (rule 9). No decision of `transition` uses it, so a changed configuration counts from the next call on.
 */
export function callTimeoutOf({ callTimeoutMs, participant }: Pick<AnyHandler, "callTimeoutMs" | "participant">): number {
  return callTimeoutMs ?? participant.callTimeoutMs ?? CALL_TIMEOUT_MS_DEFAULT;
}

/** A request that its caller still waits for may still arrive: a time of arrival that is over before the call's deadline is not true. */
export function findCallTimeoutProblem(handlers: readonly AnyHandler[]): string | undefined {
  for (const handler of handlers) {
    const { step, participant } = handler;
    const callTimeoutMs = callTimeoutOf(handler);
    const { arrivesWithinMs } = termsOf(handler);
    const deadline = `the deadline of a call of "${step}" to ${participant.name}`;
    if (!Number.isSafeInteger(callTimeoutMs) || callTimeoutMs < 1)
      return `${deadline} must be a positive integer in milliseconds, not ${callTimeoutMs}`;
    if (callTimeoutMs >= arrivesWithinMs)
      return `${deadline} is ${callTimeoutMs} ms, and must be below the ${arrivesWithinMs} ms within which a request may arrive there`;
  }
  return undefined;
}
