import type { Action } from "./attempt.ts";
import type { Nothing } from "./outcome.ts";
import type { Participant } from "./participant.ts";
import type { StepPatience } from "./patience.ts";
import type { Schema } from "./schema.ts";

/**
 * Compensatable steps can be undone; the pivot is the point of no return; retriable steps come after it and succeed in the end. A lasting
 * step stands before the pivot and is never undone. A read has no effect and stands anywhere.
 */
export type StepKind = "compensatable" | "lasting" | "pivot" | "retriable" | "read";

/**
 * One step of a saga. `Needs` is the data that it reads, `Gives` the data that it adds to the saga. Extend one of the kinds of calls
 * (handler.ts) or of waits (wait-handler.ts), not this class.
 */
export abstract class Handler<Needs extends object, Gives extends object = Nothing> {
  abstract readonly kind: StepKind;
  /** Unique in its chain, in kebab-case; part of the idempotency key. */
  abstract readonly step: string;
  abstract readonly participant: Participant;
  /** Validates the step's result, from the handler itself, from a journal or from an operator. `givesNothing` if there is none. */
  abstract readonly gives: Schema<Gives>;
  /** The deadline of each call of this step, in milliseconds (rule 9). Default: its participant's. */
  readonly callTimeoutMs?: number;
  /** The patience of this step, where it differs from the policy's. Default: none of its own. */
  readonly patience?: StepPatience;
  /** Only for the compiler: the type of the data that the step needs. */
  declare readonly "~needs"?: (data: Needs) => void;

  /**
   * What is known of the participant, for the person who must find out what became of a call: whether its effect can be looked up, and
   * where. One sentence or more, which the explanation of a saga that needs a human shows after the reason. `data` is what the saga has: its
   * input, and the results of the done steps. Optional: without it, the explanation says to look at the participant.
   */
  whatIsKnown?(data: Readonly<Record<string, unknown>>, action: Action): string;
}
