import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type AcceptedSignal, type Engine, type SignalSender, UnreadableSaga } from "saga-core";
import { eventSeqSchema, viewEventSeq } from "../operations/operated-view.ts";
import { documentedProblems } from "../problems/documented-problems.ts";
import { ProblemError } from "../problems/problem.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { sagaIdParameter } from "../sagas/get-saga.ts";
import { sagaExamples } from "../sagas/saga-examples.ts";
import { type ContextHeaderNames, type ContextSource, tenantOf } from "../start/context-headers.ts";
import { refuseMalformedKey } from "../start/refuse-malformed-key.ts";
import { readIdempotencyKey } from "../start/request-headers.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { signalBodySchema, stepParameter } from "./signal-parameters.ts";

export interface SignalRoutesOptions {
  readonly engine: Engine;
  readonly contextHeaders: ContextHeaderNames;
  /** Whether the tenant of a signal comes from a header. */
  readonly readsTenant: boolean;
}

/** `POST /sagas/{saga_id}/signals/{step}` and `POST /signals/{definition}/{step}/{correlation}`. */
export function mountSignalRoutes(surface: Surface, { engine, contextHeaders, readsTenant }: SignalRoutesOptions): void {
  const documentedHeaders = headersOf(readsTenant ? contextHeaders.tenant : undefined);
  mountRoute(surface, { ...signalRoute, documentedHeaders }, ({ params: { saga_id, step }, body }, context, caller) =>
    answer(engine.signal(saga_id, step, body, senderOf(context, { names: contextHeaders, caller }))),
  );
  mountRoute(
    surface,
    { ...signalByRoute, documentedHeaders },
    ({ params: { definition, step, correlation }, body }, context, caller) =>
      answer(engine.signalBy(definition, step, correlation, body, senderOf(context, { names: contextHeaders, caller }))),
  );
}

/** Senders whom the host does not identify share one scope of keys, those of one tenant apart. */
function senderOf({ req }: Context, source: ContextSource): SignalSender {
  const key = readIdempotencyKey(req.header("idempotency-key"));
  const by = source.caller.identity?.subject;
  const scope = by === undefined ? "anonymous" : scopeOf(by);
  return {
    tenant: tenantOf(req, source),
    ...(key !== undefined && { key: `${scope}:${key}` }),
    ...(by !== undefined && { by }),
  };
}

/** The scope of a subject's keys: no two subjects have the same, and none has that of senders without one. Most are as they are. */
function scopeOf(subject: string): string {
  const escaped = subject.replaceAll("%", "%25").replaceAll(":", "%3A");
  return escaped === "anonymous" ? "%anonymous" : escaped;
}

async function answer(signalled: Promise<AcceptedSignal>): Promise<Response> {
  try {
    const { saga, step, signal, eventSeq } = await signalled;
    return jsonReply({ saga_id: saga.id, step, signal, ...viewEventSeq(eventSeq) }, { status: 202 });
  } catch (error) {
    throw error instanceof UnreadableSaga
      ? new ProblemError("signal-not-readable", { detail: error.message, cause: error })
      : error;
  }
}

const acceptedSchema = z
  .object({
    saga_id: z.uuid(),
    step: z.string(),
    signal: z
      .enum(["taken", "kept", "asks", "repeated"])
      .describe(
        "`taken`: it ended the wait. `kept`: the saga is not there yet. `asks`: it refuses what can no longer be undone, and the saga needs a human. `repeated`: an equal one was accepted before.",
      ),
    event_seq: eventSeqSchema.optional(),
  })
  .openapi("AcceptedSignal");

const shared = {
  method: "post",
  tag: "operations",
  middleware: [refuseMalformedKey],
  documentedBody: signalBodySchema,
} as const;

function headersOf(tenantHeader: string | undefined) {
  const tenant = z.string().optional().describe("For whom it is sent: the saga of another tenant is not found.");
  return z.object({
    "Idempotency-Key": z.string().optional().describe("With it another signal under the same key is refused."),
    ...(tenantHeader !== undefined && { [tenantHeader]: tenant }),
  });
}

const problems = {
  400: documentedProblems("malformed-json", "malformed-key", "malformed-url"),
  409: documentedProblems("signal-late"),
  422: documentedProblems("invalid-request", "idempotency-key-reused"),
  503: documentedProblems("draining", "journal-unavailable", "signal-not-readable"),
};

const accepted = {
  description: "It is recorded: what became of it is never taken back.",
  content: {
    "application/json": {
      schema: acceptedSchema,
      example: { saga_id: sagaExamples.sagaId, step: "wait-for-payment", signal: "taken" as const, event_seq: 5 },
    },
  },
};

const signalRoute = {
  ...shared,
  path: "/sagas/{saga_id}/signals/{step}",
  operationId: "signalSaga",
  access: "signal",
  refusedAs: "signal",
  isForOperatorsToo: true,
  summary: "Signals a step that waits",
  description:
    "The first signal is the answer, and it may come before the saga is there. Durable before the reply. The same again is `repeated`; a later one is 409, and a person sees it.",
  reads: { params: sagaIdParameter.extend({ step: stepParameter }), body: z.unknown() },
  responses: { 202: accepted, 404: documentedProblems("not-found"), ...problems },
} as const;

const signalByRoute = {
  ...shared,
  path: "/signals/{definition}/{step}/{correlation}",
  operationId: "signalByCorrelation",
  access: "signal",
  summary: "Signals the saga that has a correlation",
  description:
    "As by the saga's id. Where no saga has the correlation, the request waits for one for a while, and then it is 404: send it again.",
  reads: {
    params: z.object({
      definition: z.string().openapi({ param: { name: "definition", in: "path" }, example: "order" }),
      step: stepParameter,
      correlation: z.string().openapi({
        param: { name: "correlation", in: "path" },
        description: "What the sender knows of the saga.",
        example: "A-4711",
      }),
    }),
    body: z.unknown(),
  },
  responses: {
    202: accepted,
    404: documentedProblems("not-found", "correlation-unknown"),
    429: documentedProblems("too-many-signals"),
    ...problems,
  },
} as const;
