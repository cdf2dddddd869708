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
  /**
   * The participant itself answered: it is alive, and other sagas' first calls do not wait for it. Default: it gave no answer (a timeout, no
   * connection, or a cut one). It decides nothing about the saga.
   */
  readonly answered?: true;
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
  /** The participant itself answered: see {@link Unavailable.answered}. Default: it gave no answer. */
  readonly answered?: true;
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
 *   if (status === 503) return unavailable("busy", { retryAfterMs: 1_000, answered: true });
 *   return unknown(`status ${status}`, { answered: true });
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

/**
 * The request certainly had no effect and may work later. People read `reason`; `retryAfterMs` is in milliseconds, by default 0; `answered`
 * says that the participant itself answered, by default it did not.
 */
export function unavailable(reason: string, options: Pick<Unavailable, "retryAfterMs" | "answered"> = {}): Unavailable {
  return { outcome: "unavailable", reason, ...options };
}

/** The request may have had its effect. People read `reason`; the options are as in {@link unavailable}. */
export function unknown(reason: string, options: Pick<Unknown, "retryAfterMs" | "answered" | "defect"> = {}): Unknown {
  return { outcome: "unknown", reason, ...options };
}
