import type { Fitting } from "./fitting.ts";
import type { AnyHandler } from "./handler.ts";
import type { GivesOf } from "./handler-types.ts";
import type { Schema } from "./schema.ts";

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

  /** Returns a chain with one more step. Does not compile if the step does not fit after the earlier ones: the compiler says why. */
  step<const Next>(
    handler: Fitting<Next, Data, Handlers>,
  ): Chain<Input, Data & GivesOf<Next>, readonly [...Handlers, Extract<Next, AnyHandler>]>;
  step(handler: AnyHandler): Chain<Input, object, readonly AnyHandler[]> {
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
