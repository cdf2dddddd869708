import { type RouteConfig, z } from "@hono/zod-openapi";

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

/** How a route's document describes one of its replies. */
export type DescribedReply = ReturnType<typeof jsonReply>;

/** A route, as the service's OpenAPI document describes it. */
export type RouteDocument = RouteConfig & {
  readonly method: "get" | "post" | "put" | "delete";
  readonly responses: Readonly<Record<number, DescribedReply>>;
};

const problemBody = z.object({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() });

const retryAfter = z.object({ "Retry-After": z.string().optional() });

/** A route with what every route can be told to answer, and what a keyed one answers about keys. */
export function describeRoute(document: RouteDocument, keyed: boolean): RouteConfig {
  const overloaded = { ...jsonReply("Overloaded, where a fault says so.", errorBody), headers: retryAfter };
  const responses = { ...document.responses, 503: overloaded };
  if (!keyed || document.method === "get") return { ...document, responses };
  const headers = z.object({ "Idempotency-Key": z.string().optional().describe("The first answer to a key is the answer.") });
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
  // Either body under either type: readers of such documents take a status for one schema.
  const schema = z.union([own.content["application/json"].schema, problemBody]);
  return {
    description: `${own.description} ${about}`,
    content: { "application/json": { schema }, "application/problem+json": { schema } },
  };
}
