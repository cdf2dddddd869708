import type { Attempt, ReadAttempt, RollbackAttempt } from "./attempt.ts";
import type { CompensatableHandler, PivotHandler } from "./handler.ts";
import type { Done, Outcome, Rejected } from "./outcome.ts";
import type { Participant } from "./participant.ts";
import type { Schema } from "./schema.ts";
import type { Handler } from "./step-handler.ts";
import type { OnTimeout } from "./wait-handler.ts";
import type { CompensatableWords, FailingWords, StepWords } from "./words.ts";

/** What every step may have, as in its class. */
interface StepObject extends Pick<Handler<object, object>, "step" | "callTimeoutMs" | "patience" | "whatIsKnown"> {
  /** The schema of the step's result. Default: it gives nothing. */
  readonly gives?: Schema<object>;
}

// The functions of a step are methods here, so that each may take the data that it says.

interface CallObject extends StepObject {
  readonly how?: "call";
  readonly participant: Participant;
  run(data: object, attempt: Attempt): Promise<Outcome<object>>;
  probe?(data: object, attempt: Attempt): Promise<Outcome<object>>;
}

type RollbackTerms = Partial<Pick<CompensatableHandler<object>, "rollbackIsRepeatable" | "rollbackId" | "refusedRollback">>;

interface Undoable extends RollbackTerms {
  rollback(data: object, attempt: RollbackAttempt): Promise<Outcome>;
}

interface CompensatableObject extends CallObject, Undoable {
  readonly kind: "compensatable";
  readonly words: CompensatableWords;
}

interface LastingObject extends CallObject {
  readonly kind: "lasting";
  readonly words: FailingWords;
}

interface PivotObject extends CallObject, Partial<Pick<PivotHandler<object>, "orphanIsHarmless">> {
  readonly kind: "pivot";
  readonly words: FailingWords;
}

interface RetriableObject extends CallObject {
  readonly kind: "retriable";
  readonly words: StepWords;
}

interface ReadObject extends StepObject {
  readonly kind: "read";
  readonly how?: "call";
  readonly participant: Participant;
  run(data: object, attempt: ReadAttempt): Promise<Outcome<object>>;
}

interface WaitObject extends StepObject {
  readonly how: "wait";
  readonly accepts?: Schema<object>;
  readonly waitMs?: number;
  readonly waitUntil?: string;
  readonly onTimeout?: OnTimeout;
  readonly byDefault?: object;
  readonly correlation?: string;
  outcomeOf?(signal: object): Done<object> | Rejected;
}

interface TimedOut {
  readonly timedOut?: string;
}

interface LastingWaitObject extends WaitObject {
  readonly kind: "lasting";
  readonly words: FailingWords & TimedOut;
}

interface CompensatableWaitObject extends WaitObject, Undoable {
  readonly kind: "compensatable";
  readonly words: CompensatableWords & TimedOut;
  readonly participant: Participant;
}

interface PivotWaitObject extends WaitObject {
  readonly kind: "pivot";
  readonly words: FailingWords & TimedOut;
}

interface RetriableWaitObject extends WaitObject {
  readonly kind: "retriable";
  readonly words: StepWords & TimedOut;
  readonly onTimeout?: Exclude<OnTimeout, "turn-back">;
}

/** A step that calls, as one object. */
export type CallStep = CompensatableObject | LastingObject | PivotObject | RetriableObject | ReadObject;

/** A step that waits, as one object. */
export type WaitStep = LastingWaitObject | CompensatableWaitObject | PivotWaitObject | RetriableWaitObject;

/** A step as one object: it has the members of the class of its kind, and may leave out what has a default. */
export type AnyStep = CallStep | WaitStep;
