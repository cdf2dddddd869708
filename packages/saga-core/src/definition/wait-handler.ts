import type { JsonObject } from "../json.ts";
import type { RollbackAttempt } from "./attempt.ts";
import type { Done, Nothing, Outcome, Rejected } from "./outcome.ts";
import type { Participant } from "./participant.ts";
import type { Schema } from "./schema.ts";
import { Handler } from "./step-handler.ts";
import type { CompensatableWords, FailingWords, StepWords } from "./words.ts";

/**
 * What ends a wait when its time is over and no signal came. `turn-back`: the saga turns to compensation; not after the pivot. `go-on`: the
 * wait is done, with `byDefault`. `ask`: the saga needs a human, and a signal is taken all the same.
 */
export type OnTimeout = "turn-back" | "go-on" | "ask";

/** The names of the members of `Data` whose values have this type. */
type MembersOf<Data, Value> = { readonly [Name in keyof Data]-?: Data[Name] extends Value ? Name : never }[keyof Data] & string;

/** A wait calls nobody. */
export const nobody: Participant = { name: "nobody", keyed: true };

/**
 * A step that waits for something from outside: for a signal, for an instant, or for the first of the two. It calls nobody; while it waits, its
 * saga takes no memory. `Needs` is the data that it reads, `Gives` the data that a signal adds to the saga, `Signal` what a sender sends.
 */
abstract class WaitingHandler<Needs extends object, Gives extends object, Signal extends object> extends Handler<Needs, Gives> {
  readonly how = "wait";
  /** Nobody is called. */
  override readonly participant: Participant = nobody;
  abstract readonly words: StepWords & { readonly timedOut?: string };
  /** Validates a signal. Absent: the step takes none, it is a timer. */
  readonly accepts?: Schema<Signal>;
  /** How long it waits, in milliseconds, from when the saga comes to it. Default: as `waitUntil` says, or without end. */
  readonly waitMs?: number;
  /** The member of the saga's data that holds the instant until which it waits, in milliseconds since the epoch. Default: none. */
  readonly waitUntil?: MembersOf<Needs, number>;
  /** What ends the wait when its time is over. Default: `ask`; a timer goes on. */
  readonly onTimeout?: OnTimeout;
  /** What the wait gives when it goes on without a signal. Default: nothing. */
  readonly byDefault?: Gives;
  /**
   * The member of the saga's input or data whose text or whole number a sender knows: it may signal by it instead of the saga's id. No two
   * sagas of a definition may have the same. Default: none.
   */
  readonly correlation?: MembersOf<Needs, string | number>;
  /** No wait calls. */
  declare readonly run?: undefined;
  declare readonly probe?: undefined;

  /**
   * What a signal means: `done` with what it gives, or `rejected` with a reason. Pure: it must give the same for the same signal. Default: every
   * signal is done, and gives itself.
   */
  outcomeOf?(signal: Signal): Done<Gives> | Rejected;
}

/** A wait before the pivot, for a signal that is never undone. Refused, or not signalled in time, the saga turns to compensation. */
export abstract class WaitHandler<
  Needs extends object,
  Gives extends object = Nothing,
  Signal extends object = Gives,
> extends WaitingHandler<Needs, Gives, Signal> {
  override readonly kind = "lasting";
  abstract override readonly words: FailingWords & { readonly timedOut?: string };
}

/** A wait before the pivot, for a signal that `rollback` undoes: a payment that is paid back. */
export abstract class CompensatableWaitHandler<
  Needs extends object,
  Gives extends object = Nothing,
  Signal extends object = Gives,
> extends WaitingHandler<Needs, Gives, Signal> {
  override readonly kind = "compensatable";
  /** The service that `rollback` calls. */
  abstract override readonly participant: Participant;
  abstract override readonly words: CompensatableWords & { readonly timedOut?: string };
  /** As in `CompensatableHandler`. Default: false. */
  readonly rollbackIsRepeatable: boolean = false;
  /** As in `CompensatableHandler`. Default: none. */
  readonly rollbackId?: string;
  /** As in `CompensatableHandler`. Default: `stop`. */
  readonly refusedRollback?: "stop" | "go-on";

  /** Undoes what the taken signal reported. Called only if one was taken, until it is done. */
  abstract rollback(data: Needs & Gives, attempt: RollbackAttempt): Promise<Outcome>;
}

/** A wait that is the point of no return: once a signal is taken, the saga goes forward to its end. */
export abstract class PivotWaitHandler<
  Needs extends object,
  Gives extends object = Nothing,
  Signal extends object = Gives,
> extends WaitingHandler<Needs, Gives, Signal> {
  override readonly kind = "pivot";
  abstract override readonly words: FailingWords & { readonly timedOut?: string };
  /** Nothing is sent that could be an orphan. */
  readonly orphanIsHarmless = false;
}

/** A wait after the pivot: there is no way back, so a refusal needs a human, and a later signal still counts. */
export abstract class RetriableWaitHandler<
  Needs extends object,
  Gives extends object = Nothing,
  Signal extends object = Gives,
> extends WaitingHandler<Needs, Gives, Signal> {
  override readonly kind = "retriable";
  declare readonly onTimeout?: Exclude<OnTimeout, "turn-back">;
}

/** Any handler of a wait, without its data types. */
export type AnyWaitHandler =
  | Erased<WaitHandler<never, object, never>>
  | Erased<CompensatableWaitHandler<never, object, never>>
  | Erased<PivotWaitHandler<never, object, never>>
  | Erased<RetriableWaitHandler<never, object, never>>;

/** Its members that name data, and its schema of signals, as they are used when the types are gone. */
type Erased<Wait> = Omit<Wait, "accepts" | "outcomeOf" | "waitUntil" | "correlation" | "byDefault" | "onTimeout"> & {
  readonly accepts?: Schema<object>;
  /** A method, so that any type of signals fits: `accepts` has made the signal that it gets. */
  outcomeOf?(signal: object): Done<object> | Rejected;
  readonly waitUntil?: string;
  readonly correlation?: string;
  readonly byDefault?: object;
  readonly onTimeout?: OnTimeout;
};

/** What is recorded of a wait with the saga at its start. */
export interface WaitTerms {
  /** Whether it takes a signal; if not, it is a timer. */
  readonly takesSignal: boolean;
  readonly waitMs?: number;
  readonly waitUntil?: string;
  readonly onTimeout: OnTimeout;
  readonly byDefault?: JsonObject;
  readonly correlation?: string;
}
