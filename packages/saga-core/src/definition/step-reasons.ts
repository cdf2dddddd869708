import type { TakenBy } from "./handler-types.ts";
import type { Misfits } from "./misfit.ts";
import type { Nothing } from "./outcome.ts";
import type { Schema } from "./schema.ts";
import type { AnyStep } from "./step-object.ts";

/** A step's object where its members fit each other; otherwise with the reasons in the place of those that do not, as texts that the compiler shows. */
export type FittingStep<Given extends AnyStep> = [Blamed<Given>] extends [never]
  ? Given
  : Omit<Given, Blamed<Given>> & Pick<Reasons<Given>, Blamed<Given>>;

/** The members that do not fit. */
type Blamed<Given extends AnyStep> = {
  [Name in keyof Reasons<Given>]: [Reasons<Given>[Name]] extends [never] ? never : Name;
}[keyof Reasons<Given>];

/** The type of the data that a step's object needs. */
export type NeedsOfStep<Given> = TakenBy<Given, "run"> &
  Omit<TakenBy<Given, "rollback">, keyof GivesOfStep<Given>> &
  Named<Given, "waitUntil", number> &
  Named<Given, "correlation", string | number>;

/** A member that another one names. */
type Named<Given, Name extends string, Value> = Given extends { readonly [name in Name]: infer Member extends string }
  ? { readonly [name in Member]: Value }
  : Nothing;

type GivesOfStep<Given> = Given extends { readonly gives: Schema<infer Gives> } ? Gives : Nothing;

type Reasons<Given extends AnyStep> = Omit<OwnReasons<Given>, Unknown<Given>> & {
  readonly [Name in Unknown<Given>]: `a ${Given["kind"]} step${Given extends { readonly how: "wait" } ? " that waits" : ""} has no member ${Name}`;
};

/** The members that the step's kind does not have: mistyped ones, and those of another kind, which nothing would read. */
type Unknown<Given extends AnyStep> = string extends keyof Given
  ? never
  : Exclude<keyof Given & string, keyof KnownOf<Given> | "participant">;

type KnownOf<Given extends AnyStep> = Extract<
  AnyStep,
  { readonly kind: Given["kind"]; readonly how?: Given extends { readonly how: "wait" } ? "wait" : "call" }
>;

interface OwnReasons<Given extends AnyStep> {
  readonly run: ResultReasons<Given, "run">;
  readonly probe: ResultReasons<Given, "probe">;
  readonly rollback: RollbackReasons<Given>;
  readonly outcomeOf: OutcomeReasons<Given>;
  readonly accepts: SignalReasons<Given>;
  readonly byDefault: DefaultReasons<Given>;
}

/** The type of the result that a function of the object gives when it is done. */
type ResultOf<Given, Name extends string> = Given extends { readonly [name in Name]: (...args: never) => infer Returned }
  ? Awaited<Returned> extends infer Outcome
    ? Outcome extends { readonly outcome: "done"; readonly result: infer Result }
      ? Result
      : never
    : never
  : never;

type ResultReasons<Given extends AnyStep, Name extends string> = Misfits<
  GivesOfStep<Given>,
  ResultOf<Given, Name>,
  {
    who: `the gives of step ${Given["step"]}`;
    where: `in the result of ${Name}`;
    nobody: `the result of ${Name} has no`;
  }
>;

type RollbackReasons<Given extends AnyStep> =
  TakenBy<Given, "rollback"> extends infer Undone
    ? Misfits<
        Pick<Undone, keyof Undone & keyof GivesOfStep<Given>>,
        GivesOfStep<Given>,
        { who: `the rollback of step ${Given["step"]}`; where: "in its gives"; nobody: "its gives has no" }
      >
    : never;

/** What a signal means takes what is accepted, and gives the step's result. */
type OutcomeReasons<Given extends AnyStep> =
  | ResultReasons<Given, "outcomeOf">
  | (Given extends {
      readonly accepts: Schema<infer Signal>;
      readonly outcomeOf: (signal: infer Taken) => unknown;
    }
      ? Misfits<
          Taken,
          Signal,
          { who: `the outcomeOf of step ${Given["step"]}`; where: "in its accepts"; nobody: "its accepts has no" }
        >
      : never);

/** A signal gives itself where nothing says what it means. */
type SignalReasons<Given extends AnyStep> = Given extends { readonly accepts: Schema<infer Signal> }
  ? "outcomeOf" extends keyof Given
    ? never
    : Misfits<
        GivesOfStep<Given>,
        Signal,
        { who: `the gives of step ${Given["step"]}`; where: "in its accepts"; nobody: "its accepts has no" }
      >
  : never;

type DefaultReasons<Given extends AnyStep> = Given extends { readonly byDefault: infer Default }
  ? Misfits<
      GivesOfStep<Given>,
      Default,
      { who: `the gives of step ${Given["step"]}`; where: "in its byDefault"; nobody: "its byDefault has no" }
    >
  : never;
