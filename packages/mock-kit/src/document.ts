import { z } from "@hono/zod-openapi";

/** What both services answer a refusal with. */
export const errorBody = z.object({ error: z.string() });

/** A JSON body, as an OpenAPI document describes it. */
export function jsonBody(schema: z.ZodType) {
  return { content: { "application/json": { schema } } };
}

export function jsonReply(description: string, schema: z.ZodType) {
  return { description, ...jsonBody(schema) };
}

/** The one parameter in a route's path. */
export function pathId(name: string) {
  return z.object({ [name]: z.string().openapi({ param: { name, in: "path" } }) });
}

/** An id in a path, as Flask's `<int:id>` reads it: digits only; undefined for anything else, which no row has. */
export function readId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
