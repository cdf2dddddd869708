import type { Action, Attempt, ReadAttempt } from "./attempt.ts";
import type { Nothing, Outcome } from "./outcome.ts";
import type { Participant } from "./participant.ts";
import type { Schema } from "./schema.ts";
import type { CompensatableWords, FailingWords, StepWords } from "./words.ts";

/**
 * Compensatable steps can be undone; the pivot is the point of no return; retriable steps come after it and succeed in the end. A read
 * has no effect and stands anywhere.
 */
export type StepKind = "compensatable" | "pivot" | "retriable" | "read";

/**
 * One step of a saga at one participant. `Needs` is the data that it reads, `Gives` the data that it adds to the saga.
 * Extend one of the four kinds below, not this class.
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

  abstract run(data: Needs, attempt: Attempt): Promise<Outcome<Gives>>;

  /**
   * What is known of the participant, for the person who must find out what became of a call: whether its effect can be looked up, and
   * where. One sentence or more, which the explanation of a saga that needs a human shows after the reason. `data` is what the saga has: its
   * input, and the results of the done steps. Optional: without it, the explanation says to look at the participant.
   */
  whatIsKnown?(data: Readonly<Record<string, unknown>>, action: Action): string;
}

/**
 * A step that has an effect at its participant.
 *
 * `run` makes at most one call that has an effect, carries `attempt.key` with it, and builds its content from `data` alone, so that
 * every repetition sends the same bytes (rule 2). It returns an Outcome; a thrown error counts as `unknown`.
 */
abstract class EffectHandler<Needs extends object, Gives extends object> extends Handler<Needs, Gives> {
  abstract readonly words: StepWords;

  /**
   * Finds out, without an effect, whether `run` was applied: `done` with its result, or `rejected` if it was not. Optional: at an unkeyed
   * participant, it settles an unknown outcome without a human (rule 3).
   */
  probe?(data: Needs, attempt: Attempt): Promise<Outcome<Gives>>;
}

/** A step that `rollback` undoes; it stands before the pivot, if there is one. If it is refused, or stays unavailable, the saga turns to compensation. */
export abstract class CompensatableHandler<Needs extends object, Gives extends object = Nothing> extends EffectHandler<
  Needs,
  Gives
> {
  override readonly kind = "compensatable";
  abstract override readonly words: CompensatableWords;
  /**
   * Whether a repeated rollback has no second effect even without a key: a DELETE by an id (rule 6). If the participant may give an id out
   * again, name it in `rollbackId`. Default: false.
   */
  readonly rollbackIsRepeatable: boolean = false;
  /**
   * The member of the step's result that holds the id by which a repeatable `rollback` undoes, for a participant that may give the id of
   * something deleted out again. Before the rollback is repeated without a key, the sagas are searched for another one whose step gave
   * the same text or number in a member of the same name. If there is one, the saga needs a human (rule 6). Default: none, ids are never
   * given out again.
   */
  readonly rollbackId?: string;

  /** Undoes what `run` did. Called only for a step settled done, until it is done; "already undone" is `done`. A refusal needs a human. */
  abstract rollback(data: Needs & Gives, attempt: Attempt): Promise<Outcome>;
}

/** The point of no return: it can be refused, but once it is done the saga goes forward to its end. */
export abstract class PivotHandler<Needs extends object, Gives extends object = Nothing> extends EffectHandler<Needs, Gives> {
  override readonly kind = "pivot";
  abstract override readonly words: FailingWords;
  /**
   * Whether its effect does no harm in a cancelled saga. At an unkeyed participant its unknown outcome then counts as `rejected`, and the
   * saga lists the orphan (rule 3). Default: false.
   */
  readonly orphanIsHarmless: boolean = false;
}

/** A step after the pivot: it is repeated until it is done. A refusal needs a human. */
export abstract class RetriableHandler<Needs extends object, Gives extends object = Nothing> extends EffectHandler<Needs, Gives> {
  override readonly kind = "retriable";
}

/**
 * A step that reads and changes nothing. It may stand anywhere; before the pivot, and in a chain without one, a step with an effect must
 * follow. It has no key, no rollback, no words: its saga is in the state of the step before it, or of the first step after it.
 *
 * `run` returns what it read. An outcome that is `unknown` counts as `unavailable`, because nothing was changed: the read is repeated, within
 * the policy's bounds. `rejected` turns the saga to compensation; after the pivot it needs a human. What it gave is durable before the next
 * call that has an effect, because a second read may give something else and one key must not carry two contents (rule 2).
 */
export abstract class ReadHandler<Needs extends object, Gives extends object> extends Handler<Needs, Gives> {
  override readonly kind = "read";

  abstract override run(data: Needs, attempt: ReadAttempt): Promise<Outcome<Gives>>;
}

/** Any handler of a step with an effect, without its data types. */
export type AnyEffectHandler =
  | CompensatableHandler<never, object>
  | PivotHandler<never, object>
  | RetriableHandler<never, object>;

/** Any handler, without its data types. `never` because only the chain has the type of the data that fits (see call-handler.ts). */
export type AnyHandler = AnyEffectHandler | ReadHandler<never, object>;

/** Whether the step has an effect, and so words and a state of its own: it is no read. */
export function hasEffect(handler: AnyHandler): handler is AnyEffectHandler {
  return handler.kind !== "read";
}
