import type { AnyHandler, Handler, StepKind } from "./handler.ts";
import type { Schema } from "./schema.ts";

/** Shown by the compiler instead of a handler that does not fit where it stands. */
export interface DoesNotFit<Reason extends string> {
  readonly "this step does not fit here": Reason;
}

type Kinds<Handlers extends readonly AnyHandler[]> = Handlers[number]["kind"];

/** The handler itself where it fits after `Handlers` and their `Data`; otherwise the reason why it does not. */
type Fitting<Next, Data, Handlers extends readonly AnyHandler[]> =
  Next extends Handler<infer Needs, infer Gives>
    ? string extends Next["step"]
      ? DoesNotFit<"its step name must be a literal">
      : Next["step"] extends Handlers[number]["step"]
        ? DoesNotFit<`another step is named ${Next["step"]}`>
        : Data extends Needs
          ? keyof Gives & keyof Data extends never
            ? FittingKind<Next, Handlers>
            : DoesNotFit<`an earlier step already gives ${Extract<keyof Gives & keyof Data, string>}`>
          : DoesNotFit<`nothing before it gives ${Extract<Exclude<keyof Needs, keyof Data>, string>}`>
    : DoesNotFit<"it is not a handler">;

type FittingKind<Next extends { readonly kind: string }, Handlers extends readonly AnyHandler[]> = {
  readonly compensatable: "pivot" extends Kinds<Handlers>
    ? DoesNotFit<"a compensatable step cannot stand after the pivot">
    : Next;
  readonly pivot: "pivot" extends Kinds<Handlers> ? DoesNotFit<"a chain has at most one pivot"> : Next;
  readonly read: Next;
  readonly retriable: "pivot" extends Kinds<Handlers> ? Next : DoesNotFit<"a retriable step stands after the pivot">;
}[Next["kind"] & StepKind];

type GivenBy<Next> = Next extends Handler<never, infer Gives> ? Gives : never;

/**
 * The handlers of a definition, in order. Made by {@link chain}, and extended by `step`. The saga's data accumulates by type: a step compiles
 * only if the input and the earlier steps give the data that it needs. A chain is immutable: `step` returns a new one.
 */
export class Chain<Input extends object, Data extends object, Handlers extends readonly AnyHandler[]> {
  readonly input: Schema<Input>;
  readonly recorded: Schema<Input>;
  readonly handlers: Handlers;
  /** Only for the compiler: the type of the saga's data after the last step. */
  declare readonly data: Data;

  constructor({ input, recorded }: InputSchemas<Input>, handlers: Handlers) {
    this.input = input;
    this.recorded = recorded;
    this.handlers = handlers;
  }

  /** Returns a chain with one more step. Does not compile if the step does not fit after the earlier ones. */
  step<const Next extends AnyHandler>(
    handler: Next & Fitting<Next, Data, Handlers>,
  ): Chain<Input, Data & GivenBy<Next>, readonly [...Handlers, Next]> {
    return new Chain(this, [...this.handlers, handler]);
  }
}

/** Any chain, without its data types. */
export interface AnyChain {
  readonly input: Schema<object>;
  readonly recorded?: Schema<object>;
  readonly handlers: readonly AnyHandler[];
}

interface InputSchemas<Input extends object> {
  /** The schema of a new saga's input. */
  readonly input: Schema<Input>;
  /** The schema of a recorded saga's input. */
  readonly recorded: Schema<Input>;
}

/**
 * Starts a chain with the schema of the saga's input.
 *
 * @param recorded the schema of inputs that a journal holds; by default `input`. Give it where `input` became narrower: a saga that started
 * before must stay readable.
 */
export function chain<Input extends object>(
  input: Schema<Input>,
  { recorded = input }: { readonly recorded?: Schema<Input> } = {},
): Chain<Input, Input, readonly []> {
  return new Chain({ input, recorded }, []);
}
