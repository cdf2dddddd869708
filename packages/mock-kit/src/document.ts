import { type RouteConfig, z } from "@hono/zod-openapi";

/** The body of a refusal, at both services. */
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

/** Reads an id in a path as Flask's `<int:id>` does: digits only. Undefined for other texts: no row has such an id. */
export function readId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The description of one reply of a route. */
export type DescribedReply = ReturnType<typeof jsonReply>;

/** The description of a route in the OpenAPI document. */
export type RouteDocument = RouteConfig & {
  readonly method: "get" | "post" | "put" | "delete";
  readonly responses: Readonly<Record<number, DescribedReply>>;
};

const problemBody = z.object({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() });

const retryAfter = z.object({ "Retry-After": z.string().optional() });

/** Adds the replies of faults to a route's description, and those about keys for a keyed mock. */
export function describeRoute(document: RouteDocument, keyed: boolean): RouteConfig {
  const overloaded = { ...jsonReply("Overloaded: a fault is set.", errorBody), headers: retryAfter };
  const responses = { ...document.responses, 503: overloaded };
  if (!keyed || document.method === "get") return { ...document, responses };
  const headers = z.object({ "Idempotency-Key": z.string().optional().describe("A repeated key gets the first reply.") });
  return {
    ...document,
    request: { ...document.request, headers },
    responses: {
      ...responses,
      409: orProblem(document.responses[409], "The first request with the key is still under way."),
      422: orProblem(document.responses[422], "The key was used for another request."),
    },
  };
}

function orProblem(own: DescribedReply | undefined, about: string): RouteConfig["responses"][string] {
  if (!own) return { description: about, content: { "application/problem+json": { schema: problemBody } } };
  // Either body under either type: many readers of OpenAPI documents allow one schema for each status.
  const schema = z.union([own.content["application/json"].schema, problemBody]);
  return {
    description: `${own.description} ${about}`,
    content: { "application/json": { schema }, "application/problem+json": { schema } },
  };
}
