import type { Attempt } from "./attempt.ts";
import type { Nothing, Outcome } from "./outcome.ts";
import type { Participant } from "./participant.ts";
import type { Schema } from "./schema.ts";
import type { CompensatableWords, FailingWords, StepWords } from "./words.ts";

/** Compensatable steps can be undone; the pivot is the point of no return; retriable steps come after it and succeed in the end. */
export type StepKind = "compensatable" | "pivot" | "retriable";

/**
 * One step of a saga at one participant. `Needs` is what it reads of the saga's data, `Gives` what it adds to it.
 * Extend one of the three kinds below, not this class.
 *
 * `run` makes at most one call that has an effect, carries `attempt.key` with it, and builds its content from `data` alone, so that
 * every repetition sends the same bytes (rule 2). It returns an Outcome; what it throws counts as `unknown`.
 */
export abstract class Handler<Needs extends object, Gives extends object = Nothing> {
  abstract readonly kind: StepKind;
  /** Unique in its chain, in kebab-case; part of the idempotency key. */
  abstract readonly step: string;
  abstract readonly words: StepWords;
  abstract readonly participant: Participant;
  /** Validates what the step gave when it comes back from a journal or an operator. */
  abstract readonly gives: Schema<Gives>;

  abstract run(data: Needs, attempt: Attempt): Promise<Outcome<Gives>>;

  /**
   * Looks, without changing anything, whether `run` was applied: `done` with what it gave, `rejected` where it was not. A handler of an
   * unkeyed participant that can tell has it; an unknown outcome is then settled without a human (rule 3).
   */
  probe?(data: Needs, attempt: Attempt): Promise<Outcome<Gives>>;
}

/** A step that `rollback` undoes. */
export abstract class CompensatableHandler<Needs extends object, Gives extends object = Nothing> extends Handler<Needs, Gives> {
  override readonly kind = "compensatable";
  abstract override readonly words: CompensatableWords;
  /** Whether a repeated rollback has no second effect even without a key: a DELETE by an id that is never reused (rule 6). */
  readonly rollbackIsRepeatable: boolean = false;

  /** Undoes what `run` did. Called only for a step settled done, until it is done; "already undone" is `done`. A refusal needs a human. */
  abstract rollback(data: Needs & Gives, attempt: Attempt): Promise<Outcome>;
}

/** The point of no return: it can be refused, but once it is done the saga goes forward to its end. */
export abstract class PivotHandler<Needs extends object, Gives extends object = Nothing> extends Handler<Needs, Gives> {
  override readonly kind = "pivot";
  abstract override readonly words: FailingWords;
  /**
   * Whether nobody minds that it was applied in a saga that is cancelled. At an unkeyed participant its unknown outcome then counts as
   * `rejected`, and the saga lists the orphan (rule 3).
   */
  readonly orphanIsHarmless: boolean = false;
}

/** A step after the pivot: it is repeated until it is done. A refusal needs a human. */
export abstract class RetriableHandler<Needs extends object, Gives extends object = Nothing> extends Handler<Needs, Gives> {
  override readonly kind = "retriable";
}

/** Any handler, its data types erased. `never` because only the chain knows which data fits (see call-handler.ts). */
export type AnyHandler = CompensatableHandler<never, object> | PivotHandler<never, object> | RetriableHandler<never, object>;
