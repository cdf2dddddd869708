import { z } from "zod";

/** The body of a refusal, at both services. */
export const errorBody = z.looseObject({ error: z.string() });

/** Whether it is the service's own 404, and not one of a gateway without a route. */
export function isErrorBody(body: unknown): boolean {
  return errorBody.safeParse(body).success;
}
