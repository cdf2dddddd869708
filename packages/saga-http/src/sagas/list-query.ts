import { z } from "@hono/zod-openapi";
import type { SagaQuery } from "saga-core/engine";
import type { MemberSchemas, ObjectSchema } from "../wire/object-schema.ts";
import { phaseSchema, type SagaPhase } from "../wire/phase-schema.ts";
import { type ListCursor, type ListOrder, listCursorSchema } from "./list-cursor.ts";
import { type SagaStatus, statusSchema } from "./saga-view.ts";

/** Filters for sagas. A saga must fit all that are given. */
export interface Filter {
  readonly definition?: string | undefined;
  readonly status?: SagaStatus | undefined;
  readonly phase?: SagaPhase | undefined;
  readonly state?: string | undefined;
  readonly step?: string | undefined;
  readonly waiting_for?: string | undefined;
  readonly late_signals?: true | undefined;
  readonly created_from?: string | undefined;
  readonly created_before?: string | undefined;
  readonly updated_from?: string | undefined;
  readonly updated_before?: string | undefined;
  readonly text?: string | undefined;
}

/** A page of the sagas that fit. */
export interface ListQuery extends Filter {
  readonly limit: number;
  readonly order?: ListOrder | undefined;
  readonly cursor?: ListCursor | undefined;
}

export const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;
const TEXT_LENGTH_MAX = 200;

const once = "must be a text, given once";
const instantAllowed = 'must be an instant like "2026-11-23T12:00:00Z"';

const lateSignals = "Only sagas with late signals that no person has acknowledged.";

const instant = (description: string) =>
  z.iso.datetime({ error: instantAllowed, offset: true }).optional().openapi({ description, example: "2026-11-23T12:00:00Z" });

export const filterShape: MemberSchemas<Filter> = {
  definition: z.string(once).optional().openapi({ description: "The name of the definition.", example: "order" }),
  status: statusSchema.optional(),
  phase: phaseSchema.optional(),
  state: z.string(once).optional().openapi({ description: "The current state.", example: "CREATING_PAYMENT" }),
  step: z.string(once).optional().openapi({
    description: "The current step, the step that needs a human, or the step that could not be done.",
    example: "create-payment",
  }),
  waiting_for: z.string(once).optional().openapi({
    description: "The step that the saga waits at: for a signal, an instant, or a human who is asked about that.",
    example: "wait-for-payment",
  }),
  late_signals: z.literal(true, "must be true").optional().openapi({ description: lateSignals }),
  created_from: instant("Created at this instant or later."),
  created_before: instant("Created before this instant."),
  updated_from: instant("Last changed at this instant or later."),
  updated_before: instant("Last changed before this instant."),
  text: z
    .string(once)
    .min(1, "must not be empty")
    .max(TEXT_LENGTH_MAX, `must have at most ${TEXT_LENGTH_MAX} characters`)
    .optional()
    .openapi({
      description: "A number, like an order's, or a part of a text, anywhere in the input or the data.",
      example: "4711",
    }),
};

export function toQuery({
  waiting_for: waitingFor,
  late_signals: lateSignals,
  created_from,
  created_before,
  updated_from,
  updated_before,
  ...same
}: Filter): Omit<SagaQuery, "limit"> {
  return {
    ...same,
    waitingFor,
    lateSignals,
    created: { from: toInstant(created_from), before: toInstant(created_before) },
    updated: { from: toInstant(updated_from), before: toInstant(updated_before) },
  };
}

function toInstant(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

const limitAllowed = `must be a whole number from 1 to ${LIMIT_MAX}`;

/** How many items a page has at most. */
export function limitSchema(fallback: number): z.ZodType<number> {
  return z
    .string(limitAllowed)
    .refine((limit) => /^\d{1,3}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= LIMIT_MAX, limitAllowed)
    .transform(Number)
    .default(fallback)
    .openapi({ type: "integer", minimum: 1, maximum: LIMIT_MAX, default: fallback });
}

export const listQuery: ObjectSchema<ListQuery> = z.strictObject({
  ...filterShape,
  late_signals: z
    .string(once)
    .refine((text) => text === "true", "must be true")
    .transform(() => true as const)
    .optional()
    .openapi({ type: "boolean", enum: [true], description: lateSignals }),
  limit: limitSchema(LIMIT_DEFAULT),
  order: z
    .enum(["newest", "oldest"], { error: 'must be "newest" or "oldest"' })
    .optional()
    .openapi({ default: "newest", description: "Which sagas come first, by the time of their start." }),
  cursor: listCursorSchema
    .optional()
    .openapi({ type: "string", description: "The `next_cursor` of the page before, of a list in the same `order`." }),
});
