import { type RouteConfig, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import type { Refusal } from "saga-core";
import { type Asked, type Caller, isNotAllowed, type RouteAccess } from "../access/access.ts";
import { documentedProblems, withProblem } from "../problems/documented-problems.ts";
import { type InvalidMember, invalidMembers, invalidRequest } from "../problems/invalid-request.ts";
import { readJsonBody } from "./json-body.ts";
import { limitBody } from "./limit-body.ts";
import { isFor, type Surface } from "./surface.ts";
import type { Tag } from "./tags.ts";

/** The parts of a request that a route validates; a part that fails is refused as `invalid-request`. */
export interface RouteReads {
  /** The variables of the path. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** The JSON body. */
  readonly body?: z.ZodType;
}

type Shape = RouteReads & z.core.$ZodShape;

/** The validated parts of a request. */
export type RouteInput<Reads extends Shape> = z.output<z.ZodObject<z.core.util.Writeable<Reads>>>;

/** A route, as the OpenAPI document shows it. */
export interface RouteOptions<Reads extends Shape> {
  readonly method: "get" | "post";
  /** The path as OpenAPI writes it, like `/sagas/{saga_id}`. */
  readonly path: string;
  /** The route's name in generated clients. */
  readonly operationId: string;
  /** Who may use it. This member of every route is the one table of that: no route is without it. */
  readonly access: RouteAccess;
  /** For an operation on one saga: as what a refusal of it is recorded with the saga. */
  readonly refusedAs?: Refusal["operation"];
  /** Whether operators have it too, where it is a route of callers. Default: false. */
  readonly isForOperatorsToo?: boolean;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly reads: Reads;
  /** Whether a request without a body is read as `{}`. Default: false. */
  readonly isBodyOptional?: boolean;
  /** The schema that the document shows for the body, where `reads.body` leaves its validation to the engine. */
  readonly documentedBody?: z.ZodType;
  /** The headers that the document shows. The handler reads them itself. */
  readonly documentedHeaders?: z.ZodObject;
  /** The replies beyond the refusals of a malformed URL and of an invalid body. */
  readonly responses: RouteConfig["responses"];
  readonly middleware?: readonly MiddlewareHandler[];
}

/** Answers one request. It refuses by throwing a `ProblemError`. */
export type RouteHandler<Reads extends Shape> = (
  input: RouteInput<Reads>,
  context: Context,
  caller: Caller,
) => Response | Promise<Response>;

/** Adds a route to the app, if it is for its audience, and to its OpenAPI document. Every documented route is mounted by this function. */
export function mountRoute<Reads extends Shape>(
  { app, access, audience }: Surface,
  route: RouteOptions<Reads>,
  handle: RouteHandler<Reads>,
): void {
  if (!isFor(audience, route.access) && !(audience === "operators" && route.isForOperatorsToo)) return;
  app.openAPIRegistry.registerPath(documentOf(route, access.isOn));
  const { method, path, reads, isBodyOptional = false, middleware = [] } = route;
  const callers = new WeakMap<Context, Caller>();
  // Before anything of the request is read: who may not use the route learns nothing of it.
  const admit: MiddlewareHandler = async (context, next) => {
    callers.set(context, await access.callerOf(context, route.access, askedBy(context, route)));
    await next();
  };
  // Built once, because building a schema costs more than answering a request.
  const schema = z.object(reads);
  const hasBody = reads.body !== undefined;
  // Also where the route reads no body: what a form of a web page sends is refused everywhere.
  const mayHaveBody = method === "post";
  const handlers = [...(access.isOn ? [admit] : []), ...(mayHaveBody ? [limitBody()] : []), ...middleware];
  app.on([method], [path.replaceAll(/\{(\w+)\}/g, ":$1")], ...handlers, async (context) => {
    const body = mayHaveBody ? await readJsonBody(context.req, { isOptional: isBodyOptional || !hasBody }) : undefined;
    const parts = { params: context.req.param(), query: queryOf(context), ...(hasBody && { body }) };
    const input = schema.safeParse(parts);
    if (!input.success) throw invalidRequest(invalidParts(input.error));
    const caller = callers.get(context) ?? {};
    try {
      return await handle(input.data, context, caller);
    } catch (error) {
      if (isNotAllowed(error)) access.reportOperation(context, caller, askedBy(context, route), error.message);
      throw error;
    }
  });
}

/** What a request asks of one saga, if it does. */
function askedBy(context: Context, { refusedAs }: Pick<RouteOptions<Shape>, "refusedAs">): readonly Asked[] {
  const sagaId = context.req.param("saga_id")?.toLowerCase();
  return refusedAs !== undefined && sagaId !== undefined ? [{ sagaId, operation: refusedAs }] : [];
}

/** A parameter that is given more than once is a list, which no schema here accepts. */
function queryOf({ req }: Context): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    Object.entries(req.queries()).map(([name, values]) => [name, values.length > 1 ? values : (values[0] ?? "")]),
  );
}

/** The pointers begin in the body or at the parameter, not at the part of the request. */
function invalidParts({ issues }: z.ZodError): readonly InvalidMember[] {
  return invalidMembers(issues.map((issue) => ({ ...issue, path: issue.path.slice(1) })));
}

const urlProblems = { 400: documentedProblems("malformed-url") };

const bodyProblems = {
  400: documentedProblems("malformed-json", "malformed-url"),
  413: documentedProblems("body-too-large"),
  415: documentedProblems("unsupported-media-type"),
  422: documentedProblems("invalid-request"),
};

const unauthenticated = { 401: documentedProblems("unauthenticated") };

/** A page of another site may read, as far as a browser lets it, and change nothing. */
const notPermitted = {
  get: { 403: documentedProblems("not-permitted") },
  post: { 403: documentedProblems("not-permitted", "cross-site") },
};

function documentOf<Reads extends Shape>(route: RouteOptions<Reads>, isAuthenticated: boolean): RouteConfig {
  const { method, path, operationId, tag, summary, description, reads, isBodyOptional = false, responses } = route;
  const schema = route.documentedBody ?? reads.body;
  const isClosed = isAuthenticated && route.access !== "open";
  const readsUrl = reads.params !== undefined || reads.query !== undefined;
  return {
    method,
    path,
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    request: {
      ...(reads.params && { params: reads.params }),
      ...(reads.query && { query: reads.query }),
      ...(route.documentedHeaders && { headers: route.documentedHeaders }),
      ...(schema && { body: { required: !isBodyOptional, content: { "application/json": { schema } } } }),
    },
    ...(isAuthenticated && !isClosed && { security: [] }),
    responses: {
      ...(readsUrl && urlProblems),
      ...(method === "post" && bodyProblems),
      ...responses,
      ...(isClosed && { ...unauthenticated, ...notPermitted[method], 503: withProblem(responses[503], "identity-unavailable") }),
    },
  };
}
