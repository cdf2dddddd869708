/**
 * How patient the sagas of a definition are. It is recorded with each saga when it starts, so that a changed configuration never
 * makes a recorded history mean something else.
 */
export interface Policy {
  /** Attempts at a step that answers `unavailable`, before the saga turns to compensation. */
  readonly attemptsMax: number;
  /** The longest wait before the first repetition; it doubles with each further one. */
  readonly backoffMsBase: number;
  /** Where that doubling stops. */
  readonly backoffMsMax: number;
  /** The longest Retry-After that is honoured. */
  readonly retryAfterMsMax: number;
  /** From the start to the instant from which on a saga before its pivot turns to compensation. */
  readonly deadlineMs: number;
  /** From the start to the instant from which on an unsettled call is not repeated any more: a human is asked. */
  readonly giveUpMs: number;
}

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
