import type { Attempt } from "./attempt.ts";
import type { Nothing, Outcome } from "./outcome.ts";
import type { Participant } from "./participant.ts";
import type { Schema } from "./schema.ts";
import type { CompensatableWords, FailingWords, StepWords } from "./words.ts";

/** Compensatable steps can be undone; the pivot is the point of no return; retriable steps come after it and succeed in the end. */
export type StepKind = "compensatable" | "pivot" | "retriable";

/**
 * One step of a saga at one participant. `Needs` is the data that it reads, `Gives` the data that it adds to the saga.
 * Extend one of the three kinds below, not this class.
 *
 * `run` makes at most one call that has an effect, carries `attempt.key` with it, and builds its content from `data` alone, so that
 * every repetition sends the same bytes (rule 2). It returns an Outcome; a thrown error counts as `unknown`.
 */
export abstract class Handler<Needs extends object, Gives extends object = Nothing> {
  abstract readonly kind: StepKind;
  /** Unique in its chain, in kebab-case; part of the idempotency key. */
  abstract readonly step: string;
  abstract readonly words: StepWords;
  abstract readonly participant: Participant;
  /** Validates the step's result, from the handler itself, from a journal or from an operator. `givesNothing` if there is none. */
  abstract readonly gives: Schema<Gives>;

  abstract run(data: Needs, attempt: Attempt): Promise<Outcome<Gives>>;

  /**
   * Finds out, without an effect, whether `run` was applied: `done` with its result, or `rejected` if it was not. Optional: at an unkeyed
   * participant, it settles an unknown outcome without a human (rule 3).
   */
  probe?(data: Needs, attempt: Attempt): Promise<Outcome<Gives>>;
}

/** A step that `rollback` undoes; it stands before the pivot, if there is one. If it is refused, or stays unavailable, the saga turns to compensation. */
export abstract class CompensatableHandler<Needs extends object, Gives extends object = Nothing> extends Handler<Needs, Gives> {
  override readonly kind = "compensatable";
  abstract override readonly words: CompensatableWords;
  /** Whether a repeated rollback has no second effect even without a key: a DELETE by an id that is never reused (rule 6). Default: false. */
  readonly rollbackIsRepeatable: boolean = false;

  /** Undoes what `run` did. Called only for a step settled done, until it is done; "already undone" is `done`. A refusal needs a human. */
  abstract rollback(data: Needs & Gives, attempt: Attempt): Promise<Outcome>;
}

/** The point of no return: it can be refused, but once it is done the saga goes forward to its end. */
export abstract class PivotHandler<Needs extends object, Gives extends object = Nothing> extends Handler<Needs, Gives> {
  override readonly kind = "pivot";
  abstract override readonly words: FailingWords;
  /**
   * Whether its effect does no harm in a cancelled saga. At an unkeyed participant its unknown outcome then counts as `rejected`, and the
   * saga lists the orphan (rule 3). Default: false.
   */
  readonly orphanIsHarmless: boolean = false;
}

/** A step after the pivot: it is repeated until it is done. A refusal needs a human. */
export abstract class RetriableHandler<Needs extends object, Gives extends object = Nothing> extends Handler<Needs, Gives> {
  override readonly kind = "retriable";
}

/** Any handler, without its data types. `never` because only the chain has the type of the data that fits (see call-handler.ts). */
export type AnyHandler = CompensatableHandler<never, object> | PivotHandler<never, object> | RetriableHandler<never, object>;
