/** The result of a step that gives nothing. */
export type Nothing = Readonly<Record<never, never>>;

/** The participant confirmed its effect. The saga goes on with the step's result. */
export interface Done<Result extends object = Nothing> {
  readonly outcome: "done";
  readonly result: Result;
}

/** The participant refused for good, without effect. The saga turns to compensation. A refusal is a value, never an exception. */
export interface Rejected {
  readonly outcome: "rejected";
  readonly reason: string;
}

/** The request certainly had no effect and may work later. The step is tried again, within the policy's bounds. */
export interface Unavailable {
  readonly outcome: "unavailable";
  readonly reason: string;
  /** The participant's Retry-After, in milliseconds: the next attempt is not made sooner. Default: 0. */
  readonly retryAfterMs?: number;
}

/**
 * The request may or may not have had, or may still have, its effect. Nothing is undone and nothing new is sent until it is
 * settled: by repeating the same call under the same key, or, at an unkeyed participant, by a probe or a human (rule 3).
 */
export interface Unknown {
  readonly outcome: "unknown";
  readonly reason: string;
  /** The participant's Retry-After, in milliseconds: the call is not repeated sooner. Default: 0. */
  readonly retryAfterMs?: number;
  /** The participant reports a misused key: repeating the call cannot settle it, so the saga needs a human at once. */
  readonly defect?: true;
}

/**
 * The result of one attempt (rule 1).
 *
 * @example
 * ```ts
 * import { done, type Outcome, rejected, unavailable, unknown } from "saga-core";
 *
 * function outcomeOf(status: number): Outcome {
 *   if (status < 300) return done();
 *   if (status === 402) return rejected("the card was declined");
 *   return status === 503 ? unavailable("busy", { retryAfterMs: 1_000 }) : unknown(`status ${status}`);
 * }
 *
 * console.log([200, 402, 503, 500].map(outcomeOf));
 * ```
 */
export type Outcome<Result extends object = Nothing> = Done<Result> | Rejected | Unavailable | Unknown;

/** The participant confirmed its effect; `result` is the step's result, empty by default. */
export function done(): Done;
export function done<Result extends object>(result: Result): Done<Result>;
export function done(result: object = {}): Done<object> {
  return { outcome: "done", result };
}

/** The participant refused for good, without effect. People read `reason`. */
export function rejected(reason: string): Rejected {
  return { outcome: "rejected", reason };
}

/** The request certainly had no effect and may work later. People read `reason`; `retryAfterMs` is in milliseconds, by default 0. */
export function unavailable(reason: string, options: Pick<Unavailable, "retryAfterMs"> = {}): Unavailable {
  return { outcome: "unavailable", reason, ...options };
}

/** The request may have had its effect. People read `reason`; `retryAfterMs` is in milliseconds, by default 0. */
export function unknown(reason: string, options: Pick<Unknown, "retryAfterMs" | "defect"> = {}): Unknown {
  return { outcome: "unknown", reason, ...options };
}
