import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type Clock, type Engine, rolledBack, type Saga, type StartedSaga, stateOf, type Turn } from "saga-core";
import { examples } from "../examples.ts";
import { readJsonBody } from "../json-body.ts";
import { type ProblemType, problem, problemResponse } from "../problems/problem.ts";
import { RETRY_AFTER_S } from "../problems/problem-of-error.ts";
import { limitBody } from "../routes/limit-body.ts";
import type { SagaResource } from "../saga-resource.ts";
import { sagaSchema, viewSaga } from "../sagas/saga-view.ts";
import { jsonResponse } from "../wire/json-response.ts";
import { mountedAt } from "../wire/mounted-at.ts";
import { type Patience, readIdempotencyKey, readPatience, readTrace } from "./request-headers.ts";

export interface StartRouteOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** How long a client waits for the end that does not say how long. */
  readonly syncWaitMsMax: number;
}

/** `POST /saga/{definition}`: starts a saga, and answers with its end where it comes in time. */
export function mountStartRoute(app: OpenAPIHono, resource: SagaResource, options: StartRouteOptions): void {
  const { name } = resource.controller;
  app.openAPIRegistry.registerPath(documentOf(resource));
  // What of the data is told: made once, because a schema that is made anew for each answer costs more than the answer.
  const told = resource.result.partial();
  const answering = { ...options, resource, told };
  app.post(`/saga/${name}`, limitBody(), (context) => start(context, answering));
}

interface Answering extends StartRouteOptions {
  readonly resource: SagaResource;
  /** The members of a saga's data that its caller is told, as far as they are there. */
  readonly told: z.ZodObject;
}

async function start({ req }: Context, answering: Answering): Promise<Response> {
  const { engine, clock, resource, syncWaitMsMax } = answering;
  const idempotency = readIdempotencyKey(req.header("idempotency-key"));
  if ("malformed" in idempotency) return problem("malformed-key", { detail: idempotency.malformed });
  const body = await readJsonBody(req);
  if ("refusal" in body) return body.refusal;
  const patience = readPatience(req.header("prefer"), syncWaitMsMax);
  const trace = readTrace(req);
  const started = await engine.start({
    definition: resource.controller.name,
    input: body.value,
    isAwaited: patience.waitMs > 0,
    // Callers are not told apart here: they share one scope of keys (rule 7).
    ...(idempotency.key !== undefined && { idempotencyKey: `anonymous:${idempotency.key}` }),
    ...(trace && { trace }),
  });
  const saga = await waitForRest(started, patience, clock);
  const answer =
    (saga && endOf(saga, answering)) ?? (await pending(started, mountedAt(req, `/saga/${resource.controller.name}`), answering));
  if (patience.applied !== undefined) answer.headers.set("preference-applied", patience.applied);
  return answer;
}

/** The saga at rest, or undefined when it is not within the client's patience. */
async function waitForRest(started: StartedSaga, { waitMs }: Patience, clock: Clock): Promise<Saga | undefined> {
  if (waitMs === 0) return undefined;
  const waited = Promise.withResolvers<undefined>();
  const cancel = clock.wakeAt(clock.now() + waitMs, () => waited.resolve(undefined));
  try {
    return await Promise.race([started.rest, waited.promise]);
  } finally {
    cancel();
  }
}

function endOf(saga: Saga, { resource, told: toldSchema }: Answering): Response | undefined {
  const { phase } = saga;
  const told = toldSchema.parse(saga.data);
  const state = stateOf(resource.controller, saga);
  if (phase.name === "completed") return jsonResponse({ ...told, status: "OK", saga_id: saga.id, state });
  if (phase.name !== "cancelled") return undefined;
  const { step, cause } = phase.turn;
  // Who cancelled it, and what they noted, is for those who run this; the history has it.
  const reason = cause === "cancelled" ? "it was cancelled" : phase.turn.reason;
  const members = { saga_id: saga.id, ...told, state, step, reason, rolled_back: rolledBack(saga) };
  return problem(cancelledAs(phase.turn), { detail: `The step ${step} could not be done: ${reason}`, members });
}

function cancelledAs({ cause }: Turn): ProblemType {
  switch (cause) {
    case "rejected":
    case "cancelled":
      return "saga-cancelled";
    case "unavailable":
    case "deadline":
      return "participant-unavailable";
  }
}

/** 202: the saga goes on without its caller, and from here on no crash loses it. */
async function pending({ id, accepted }: StartedSaga, base: string, { engine, clock }: Answering): Promise<Response> {
  await accepted;
  const found = await engine.get(id);
  if (!found) throw new Error(`Saga ${id} was accepted and is not there.`);
  return jsonResponse(viewSaga(found, clock.now()), {
    status: 202,
    headers: { location: `${base}/sagas/${id}`, "retry-after": String(RETRY_AFTER_S) },
  });
}

const completedExample = { status: "OK", saga_id: examples.sagaId, state: "COMPLETED" };

/** What a resource's own schema shows as its example. */
function exampleOf(schema: z.ZodObject): object {
  const { example } = schema.meta() ?? {};
  return typeof example === "object" && example !== null ? example : {};
}

function toPascal(kebab: string): string {
  return kebab.replaceAll(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase());
}

const preferenceApplied = z.string().optional().describe("What of Prefer was heeded (RFC 7240).");

function documentOf({ controller, input, result }: SagaResource) {
  const completed = result.extend({ status: z.literal("OK"), saga_id: z.uuid(), state: z.literal("COMPLETED") });
  return {
    method: "post" as const,
    path: `/saga/${controller.name}`,
    tags: ["sagas"],
    operationId: `start${toPascal(controller.name)}Saga`,
    summary: `Starts a saga of the definition ${controller.name}, and waits for its end`,
    request: {
      headers: z.object({
        "Idempotency-Key": z.string().optional().describe("Exactly one saga is made for a key, however often it is sent."),
        Prefer: z.string().optional().describe("`respond-async`, or `wait=<seconds>` (RFC 7240)."),
      }),
      body: { required: true, content: { "application/json": { schema: input } } },
    },
    responses: {
      200: {
        description: "Every step is done.",
        headers: z.object({ "Preference-Applied": preferenceApplied }),
        content: { "application/json": { schema: completed, example: { ...exampleOf(result), ...completedExample } } },
      },
      202: {
        description: "It has not ended yet, or needs a human: look at its Location.",
        headers: z.object({ Location: z.string(), "Retry-After": z.string(), "Preference-Applied": preferenceApplied }),
        content: { "application/json": { schema: sagaSchema, example: examples.running } },
      },
      400: problemResponse("malformed-json", "malformed-key"),
      409: problemResponse("saga-cancelled"),
      413: problemResponse("body-too-large"),
      415: problemResponse("unsupported-media-type"),
      422: problemResponse("invalid-request", "idempotency-key-reused"),
      503: problemResponse("participant-unavailable", "overloaded", "definition-paused", "draining", "journal-unavailable"),
    },
  };
}
