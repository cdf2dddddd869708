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

export function viewStepEvents({ words }: Worded): StepEventsView {
  return {
    done: words.done,
    ...("failed" in words && { failed: words.failed }),
    ...("undone" in words && { undone: words.undone }),
    ...("timedOut" in words && words.timedOut !== undefined && { timed_out: words.timedOut }),
  };
}
