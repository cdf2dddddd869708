import { z } from "@hono/zod-openapi";
import type { AnyHandler } from "saga-core";
import type { ObjectSchema } from "../wire/object-schema.ts";

/** The names of a step's events: with its states, they are its words. */
export interface StepEventsView {
  readonly done: string;
  readonly failed?: string | undefined;
  readonly undone?: string | undefined;
  readonly timed_out?: string | undefined;
}

export const stepEventsSchema: ObjectSchema<StepEventsView> = z
  .object({
    done: z.string(),
    failed: z.string().optional(),
    undone: z.string().optional(),
    timed_out: z.string().optional(),
  })
  .describe("The names of the events by which its states are left. A read has none.");

/** A handler that has words: it is no read. */
type Worded = Exclude<AnyHandler, { readonly kind: "read" }>;

export function viewStepEvents(handler: Worded): StepEventsView {
  const timedOut = handler.how === "wait" ? handler.words.timedOut : undefined;
  return { ...eventsOf(handler), ...(timedOut !== undefined && { timed_out: timedOut }) };
}

/** Those that a step of its kind can have: a class may name more. */
function eventsOf({ kind, words }: Worded): StepEventsView {
  switch (kind) {
    case "compensatable":
      return { done: words.done, failed: words.failed, undone: words.undone };
    case "lasting":
    case "pivot":
      return { done: words.done, failed: words.failed };
    case "retriable":
      return { done: words.done };
  }
}
