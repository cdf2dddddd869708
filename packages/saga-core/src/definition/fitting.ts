import type { AnyHandler } from "./handler.ts";
import type { GivesOf, NeedsOf } from "./handler-types.ts";
import type { Misfits } from "./misfit.ts";
import type { Schema } from "./schema.ts";
import type { StepKind } from "./step-handler.ts";

/**
 * The handler itself where it fits after `Handlers` and their `Data`; otherwise the reasons why it does not, each as a text that the compiler
 * shows in place of the type.
 */
export type Fitting<Next, Data, Handlers extends readonly AnyHandler[]> = Next extends AnyHandler
  ? [Reasons<Next, Data, Handlers>] extends [never]
    ? Next
    : Reasons<Next, Data, Handlers>
  : NoHandler<Next>;

type Reasons<Next extends AnyHandler, Data, Handlers extends readonly AnyHandler[]> = string extends Next["step"]
  ? 'the step name of this handler must be a literal, like "create-order" as const'
  :
      | NameReason<Next["step"], Handlers>
      | NeedsReasons<Next, Data>
      | GivesReason<Next, Data>
      | ChangeReason<Next>
      | KindReason<Next, Handlers>;

type NameReason<Step extends string, Handlers extends readonly AnyHandler[]> = Step extends Handlers[number]["step"]
  ? `another step is named ${Step}`
  : never;

type NeedsReasons<Next extends AnyHandler, Data> = Misfits<
  NeedsOf<Next>,
  Data,
  { who: `step ${Next["step"]}`; where: "there"; nobody: "nothing before it gives" }
>;

type GivesReason<Next extends AnyHandler, Data> = keyof GivesOf<Next> & keyof Data & string extends infer Name extends string
  ? Name extends unknown
    ? `step ${Next["step"]} gives ${Name}, and the input or an earlier step gives ${Name} already`
    : never
  : never;

/** What a journal holds is validated again when it is read. */
type ChangeReason<Next extends AnyHandler> = Next["gives"]["~standard"] extends {
  readonly types?: { readonly input: infer Taken; readonly output: infer Given } | undefined;
}
  ? [Taken, Given] extends [Given, Taken]
    ? never
    : `the gives of step ${Next["step"]} takes another type than it gives`
  : never;

type KindReason<Next extends AnyHandler, Handlers extends readonly AnyHandler[]> = "pivot" extends Handlers[number]["kind"]
  ? {
      readonly compensatable: `step ${Next["step"]} is compensatable, and stands after the pivot`;
      readonly lasting: `step ${Next["step"]} is lasting, and stands after the pivot`;
      readonly pivot: `step ${Next["step"]} is a pivot, and the chain has one already`;
      readonly read: never;
      readonly retriable: never;
    }[Next["kind"]]
  : Next["kind"] extends "retriable"
    ? `step ${Next["step"]} is retriable, and stands before any pivot`
    : never;

/** What is wrong with a value that is no handler; else the kind that it comes next to, so that the compiler names the member. */
type NoHandler<Next> = Next extends { readonly step: infer Step extends string; readonly kind: infer Kind extends StepKind }
  ? Next extends { readonly gives: Schema<object> }
    ? Extract<AnyHandler, { readonly kind: Kind; readonly how?: HowOf<Next> }>
    : string extends Step
      ? "this is not a handler: an error inside it says what does not fit"
      : `the gives of step ${Step} is not the schema of an object`
  : "this is not a handler: extend a kind of handler, or write step({ … })";

type HowOf<Next> = Next extends { readonly how: "wait" } ? "wait" : "call";
