import type { AnyHandler } from "./handler.ts";
import type { Schema } from "./schema.ts";

/** The type of the data that a handler needs: what its class declares, or, where it is an object, what its `run` takes. */
export type NeedsOf<Handler> = "~needs" extends keyof Handler
  ? Handler extends { readonly "~needs"?: (data: infer Needs) => void }
    ? Needs
    : object
  : TakenBy<Handler, "run">;

/** The type of the data that a function of a handler takes: any object where it says nothing. */
export type TakenBy<Handler, Name extends string> = Handler extends {
  readonly [name in Name]: (data: infer Data, ...rest: never) => unknown;
}
  ? [Data] extends [never]
    ? object
    : Data
  : object;

/** The type of the data that a handler adds to its saga. */
export type GivesOf<Handler> = Handler extends { readonly gives: Schema<infer Gives> } ? Gives : never;

/** The type of the data that all these handlers add. */
export type AllGivenBy<Handlers extends readonly AnyHandler[]> = Handlers extends readonly [
  infer First,
  ...infer Others extends readonly AnyHandler[],
]
  ? GivesOf<First> & AllGivenBy<Others>
  : unknown;
