import type { Attempt, ReadAttempt, RollbackAttempt } from "./attempt.ts";
import type { Nothing, Outcome } from "./outcome.ts";
import { Handler } from "./step-handler.ts";
import type { AnyWaitHandler } from "./wait-handler.ts";
import type { CompensatableWords, FailingWords, StepWords } from "./words.ts";

/** One step at one participant: `run` is its call. */
abstract class CallHandler<Needs extends object, Gives extends object> extends Handler<Needs, Gives> {
  /** The step makes calls; another one waits (wait-handler.ts). */
  readonly how?: "call";

  abstract run(data: Needs, attempt: Attempt): Promise<Outcome<Gives>>;
}

/**
 * A step that has an effect at its participant.
 *
 * `run` makes at most one call that has an effect, carries `attempt.key` with it, and builds its content from `data` alone, so that
 * every repetition sends the same bytes (rule 2). It returns an Outcome; a thrown error counts as `unknown`.
 */
abstract class EffectHandler<Needs extends object, Gives extends object> extends CallHandler<Needs, Gives> {
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

  /**
   * What a refusal of `rollback` means for the steps before it. `stop`: the saga needs a human at once, and they stay done until then. `go-on`:
   * they are undone first, and then the saga needs a human. Default: `stop`.
   */
  readonly refusedRollback?: "stop" | "go-on";

  /** Undoes what `run` did. Called only for a step settled done, until it is done; "already undone" is `done`. A refusal needs a human. */
  abstract rollback(data: Needs & Gives, attempt: RollbackAttempt): Promise<Outcome>;
}

/**
 * A step before the pivot whose effect may remain when its saga is cancelled: a notice, an entry in a log. It is never undone, and the cancelled
 * saga lists it. Apart from that it is a step like the others: if it is refused, or stays unavailable, the saga turns to compensation, and an
 * unknown outcome is settled before anything is undone. One exception: unknown at an unkeyed participant when the saga turns, it asks nobody,
 * and is listed as perhaps applied.
 */
export abstract class LastingHandler<Needs extends object, Gives extends object = Nothing> extends EffectHandler<Needs, Gives> {
  override readonly kind = "lasting";
  abstract override readonly words: FailingWords;
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
export abstract class ReadHandler<Needs extends object, Gives extends object> extends CallHandler<Needs, Gives> {
  override readonly kind = "read";

  abstract override run(data: Needs, attempt: ReadAttempt): Promise<Outcome<Gives>>;
}

/** Any handler of a step that calls and has an effect, without its data types. */
export type AnyEffectCallHandler =
  | CompensatableHandler<never, object>
  | LastingHandler<never, object>
  | PivotHandler<never, object>
  | RetriableHandler<never, object>;

/** Any handler of a step that calls, without its data types. */
export type AnyCallHandler = AnyEffectCallHandler | ReadHandler<never, object>;

/** Any handler of a step with words and a state of its own, without its data types: it has an effect, or waits. */
export type AnyEffectHandler = AnyEffectCallHandler | AnyWaitHandler;

/** Any handler, without its data types. `never` because only the chain has the type of the data that fits (see call-handler.ts). */
export type AnyHandler = AnyCallHandler | AnyWaitHandler;

/** Whether the step has words and a state of its own: it is no read. */
export function hasEffect(handler: AnyHandler): handler is AnyEffectHandler {
  return handler.kind !== "read";
}

/** Whether the step waits, and calls nobody but to be undone. */
export function isWait(handler: AnyHandler): handler is AnyWaitHandler {
  return handler.how === "wait";
}
