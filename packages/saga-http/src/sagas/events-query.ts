import { z } from "@hono/zod-openapi";
import { LIMIT_MAX, limitSchema } from "./list-query.ts";

const afterAllowed = "must be the seq of an event of this saga, or 0";

/** The page of a saga's events. */
export const eventsQuery = z.strictObject({
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
