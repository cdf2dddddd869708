import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Clock, Engine, Saga, StartedSaga, StartRequest } from "saga-core";
import type { Caller } from "../access/access.ts";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import type { SagaResource } from "../saga-resource.ts";
import { sagaExamples } from "../sagas/saga-examples.ts";
import { sagaSchema } from "../sagas/saga-view.ts";
import type { Links } from "../wire/links.ts";
import { type ContextHeaderNames, contextOf, documentedContext, withSources } from "./context-headers.ts";
import { refuseMalformedKey } from "./refuse-malformed-key.ts";
import { type Patience, readIdempotencyKey, readPatience, readTrace } from "./request-headers.ts";
import { endReply, runningReply } from "./start-reply.ts";

export interface StartRouteOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly links: Links;
  /** The longest wait for the end of the saga, in milliseconds; also the wait for a client without a preference. */
  readonly syncWaitMsMax: number;
  readonly contextHeaders: ContextHeaderNames;
}

/** `POST /saga/{definition}`: starts a saga, and answers with its end if that comes in time. */
export function mountStartRoute(surface: Surface, resource: SagaResource, options: StartRouteOptions): void {
  // Built once, because building a schema costs more than answering a request.
  const shownData = resource.result.partial();
  mountRoute(
    surface,
    routeOf(resource, { names: options.contextHeaders, isAuthenticated: surface.access.isOn }),
    ({ body }, context, caller) => start(body, { context, caller }, { ...options, resource, shownData }),
  );
}

interface StartContext extends StartRouteOptions {
  readonly resource: SagaResource;
  /** The members of a saga's data that its caller gets, as far as they exist. */
  readonly shownData: z.ZodObject;
}

async function start(
  input: unknown,
  { context, caller }: { readonly context: Context; readonly caller: Caller },
  startContext: StartContext,
): Promise<Response> {
  const { req } = context;
  const { engine, clock, links, resource, shownData, syncWaitMsMax, contextHeaders } = startContext;
  const { controller } = resource;
  const idempotencyKey = readIdempotencyKey(req.header("idempotency-key"));
  const patience = readPatience(req.header("prefer"), syncWaitMsMax);
  const trace = readTrace(req);
  const source = { names: contextHeaders, caller };
  const request: StartRequest = {
    definition: controller.name,
    input,
    context: contextOf(req, controller, source),
    ...(caller.identity && { owner: caller.identity.subject }),
    isAwaited: patience.waitMs > 0,
    // Callers whom the host does not identify share one scope of keys, those of one tenant apart (rule 7).
    ...(idempotencyKey !== undefined && { idempotencyKey: `anonymous:${idempotencyKey}` }),
    ...(trace && { trace }),
  };
  const started = await engine.start(request).catch((error: unknown) => {
    throw withSources(error, controller, source);
  });
  const saga = await waitForRest(started, patience, clock);
  const reply =
    (saga && endReply({ saga, controller }, shownData)) ??
    (await runningReply(started, { engine, clock, base: links.base(context) }));
  if (patience.applied !== undefined) reply.headers.set("preference-applied", patience.applied);
  return reply;
}

/** The saga at rest; undefined if it is not at rest when the client's patience ends. */
async function waitForRest(started: StartedSaga, { waitMs }: Patience, clock: Clock): Promise<Saga | undefined> {
  if (waitMs === 0) return undefined;
  const timeout = Promise.withResolvers<undefined>();
  const cancel = clock.wakeAt(clock.now() + waitMs, () => timeout.resolve(undefined));
  try {
    return await Promise.race([started.untilRest(), timeout.promise]);
  } finally {
    cancel();
  }
}

const completedExample = { status: "OK", saga_id: sagaExamples.sagaId, state: "COMPLETED" };

/** The example of a resource's own schema. */
function exampleOf(schema: z.ZodObject): object {
  const { example } = schema.meta() ?? {};
  return typeof example === "object" && example !== null ? example : {};
}

/** Whether another saga may have what a sender knows of a new one. */
function hasCorrelation({ handlers }: SagaResource["controller"]): boolean {
  return handlers.some(({ how, ...wait }) => how === "wait" && "correlation" in wait && wait.correlation !== undefined);
}

function toPascal(kebab: string): string {
  return kebab.replaceAll(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase());
}

const preferenceApplied = z.string().optional().describe("The preferences that were applied (RFC 7240).");

interface Documented {
  readonly names: ContextHeaderNames;
  readonly isAuthenticated: boolean;
}

function routeOf({ controller, input, result }: SagaResource, { names, isAuthenticated }: Documented) {
  const completed = result.extend({ status: z.literal("OK"), saga_id: z.uuid(), state: z.literal("COMPLETED") });
  return {
    method: "post",
    path: `/saga/${controller.name}`,
    operationId: `start${toPascal(controller.name)}Saga`,
    access: "start",
    tag: "sagas",
    summary: `Starts a saga of the definition ${controller.name}, and waits for its end`,
    // The engine validates the input, so that every way to start a saga has the same rules.
    reads: { body: z.unknown() },
    documentedBody: input,
    middleware: [refuseMalformedKey],
    documentedHeaders: z.object({
      "Idempotency-Key": z.string().optional().describe("However often a key is sent, it starts exactly one saga."),
      Prefer: z.string().optional().describe("`respond-async`, or `wait=<seconds>` (RFC 7240)."),
      ...documentedContext(controller, names, isAuthenticated),
    }),
    responses: {
      200: {
        description: "Every step is done.",
        headers: z.object({ "Preference-Applied": preferenceApplied }),
        content: { "application/json": { schema: completed, example: { ...exampleOf(result), ...completedExample } } },
      },
      202: {
        description: "The saga has not ended yet, or needs a human. Its Location shows how it stands.",
        headers: z.object({ Location: z.string(), "Retry-After": z.string(), "Preference-Applied": preferenceApplied }),
        content: { "application/json": { schema: sagaSchema, example: sagaExamples.running } },
      },
      400: documentedProblems("malformed-json", "malformed-key", "malformed-url"),
      409: documentedProblems("saga-cancelled", ...(hasCorrelation(controller) ? (["correlation-taken"] as const) : [])),
      422: documentedProblems("invalid-request", "idempotency-key-reused"),
      503: documentedProblems("participant-unavailable", "overloaded", "definition-paused", "draining", "journal-unavailable"),
    },
  } as const;
}
