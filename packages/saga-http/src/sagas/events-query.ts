import { z } from "@hono/zod-openapi";
import type { ObjectSchema } from "../wire/object-schema.ts";
import { LIMIT_MAX, limitSchema } from "./list-query.ts";

/** The page of a saga's events. */
export interface EventsQuery {
  /** Only events with a higher number. */
  readonly after: number;
  readonly limit: number;
}

const afterAllowed = "must be the seq of an event of this saga, or 0";

export const eventsQuery: ObjectSchema<EventsQuery> = z.strictObject({
  after: z
    .string(afterAllowed)
    .regex(/^\d{1,9}$/, afterAllowed)
    .transform(Number)
    .default(0)
    .openapi({
      type: "integer",
      minimum: 0,
      default: 0,
      description: "Only events with a higher `seq`: the `next_after` of the page before.",
    }),
  limit: limitSchema(LIMIT_MAX / 2),
});
