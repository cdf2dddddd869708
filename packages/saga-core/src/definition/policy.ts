/**
 * The patience of a definition's sagas. Every member is a positive integer. Each saga records it at its start, so that a changed
 * configuration never changes the meaning of a recorded history.
 *
 * @example
 * ```ts
 * import { defaultPolicy, type Policy } from "saga-core";
 *
 * export const patientPolicy: Policy = { ...defaultPolicy, deadlineMs: 60_000 };
 * ```
 */
export interface Policy {
  /** Attempts at a step whose participant is `unavailable`, before the saga turns to compensation (Temporal: `maximumAttempts`). */
  readonly attemptsMax: number;
  /** The longest wait before the first repetition, in milliseconds; it doubles with each further one (Temporal: `initialInterval`). */
  readonly backoffMsBase: number;
  /** Where that doubling stops, in milliseconds (Temporal: `maximumInterval`). */
  readonly backoffMsMax: number;
  /** The longest Retry-After that is honoured, in milliseconds. */
  readonly retryAfterMsMax: number;
  /** Time after the start at which a saga that has not reached its pivot turns to compensation, in milliseconds. */
  readonly deadlineMs: number;
  /** Time after the start at which an unsettled call is not repeated any more and the saga needs a human, in milliseconds. */
  readonly giveUpMs: number;
}

/** A policy of 8 attempts; backoff from 50 ms to 2 s; Retry-After up to an hour; a deadline of 15 s; giving up after a day. */
export const defaultPolicy: Policy = {
  attemptsMax: 8,
  backoffMsBase: 50,
  backoffMsMax: 2_000,
  retryAfterMsMax: 3_600_000,
  deadlineMs: 15_000,
  giveUpMs: 86_400_000,
};

export function checkPolicy(policy: Policy): string | undefined {
  const malformed = Object.entries(policy).find(([, limit]) => !Number.isSafeInteger(limit) || limit < 1);
  if (malformed) return `its policy's ${malformed[0]} must be a positive integer, not ${malformed[1]}`;
  if (policy.giveUpMs < policy.deadlineMs) return "its policy gives up before its deadline";
  return undefined;
}

/**
 * How long to wait after the given attempt: exponential backoff with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), never sooner than the participant's Retry-After.
 *
 * @param random a number from 0 up to 1, from the event.
 */
export function backoffMs(policy: Policy, attempts: number, random: number, retryAfterMs = 0): number {
  const ceiling = Math.min(policy.backoffMsMax, policy.backoffMsBase * 2 ** (attempts - 1));
  return Math.min(policy.retryAfterMsMax, retryAfterMs) + Math.round(random * ceiling);
}
