import { z } from "@hono/zod-openapi";
import type { Clock, Engine } from "saga-core";
import { noteOf } from "../access/access.ts";
import { operatedSchema, viewOperated } from "../operations/operated-view.ts";
import { operatorNoteSchema, waitEndSchema } from "../operations/operation-schemas.ts";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { sagaIdParameter } from "../sagas/get-saga.ts";
import { sagaExamples } from "../sagas/saga-examples.ts";
import { jsonReply } from "../wire/json-reply.ts";
import type { Links } from "../wire/links.ts";
import { RETRY_AFTER_S } from "../wire/retry-after.ts";

export interface WaitRoutesOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly links: Links;
}

/** `POST /sagas/{saga_id}/end-wait` and `/acknowledge`, durable before the reply (rule 5). */
export function mountWaitRoutes(surface: Surface, { engine, clock, links }: WaitRoutesOptions): void {
  mountRoute(surface, endWaitRoute, async ({ params, body: { step, note, by } }, context, caller) => {
    const found = await engine.endWait(params.saga_id, step, noteOf(caller, { by, note }));
    const headers = { location: `${links.base(context)}/sagas/${found.saga.id}`, "retry-after": String(RETRY_AFTER_S) };
    return jsonReply(viewOperated(found, clock.now()), { status: 202, headers });
  });
  mountRoute(surface, acknowledgeRoute, async ({ params, body }, _context, caller) =>
    jsonReply(viewOperated(await engine.acknowledge(params.saga_id, noteOf(caller, body)), clock.now())),
  );
}

const problems = {
  404: documentedProblems("not-found"),
  409: documentedProblems("operation-refused"),
  500: documentedProblems("saga-unreadable"),
  503: documentedProblems("draining", "journal-unavailable"),
};

const saga = { "application/json": { schema: operatedSchema, example: { ...sagaExamples.running, event_seq: 7 } } };

const endWaitRoute = {
  method: "post",
  path: "/sagas/{saga_id}/end-wait",
  operationId: "endWait",
  access: "operate",
  refusedAs: "end-wait",
  tag: "operations",
  summary: "Ends the wait that a saga stands at, as if its time were over",
  reads: { params: sagaIdParameter, body: waitEndSchema },
  responses: {
    202: {
      description: "The wait is ended.",
      headers: z.object({ Location: z.string(), "Retry-After": z.string() }),
      content: saga,
    },
    ...problems,
  },
} as const;

const acknowledgeRoute = {
  method: "post",
  path: "/sagas/{saga_id}/acknowledge",
  operationId: "acknowledgeSignals",
  access: "operate",
  refusedAs: "acknowledge",
  tag: "operations",
  summary: "Says that a person has dealt with a saga's late signals",
  reads: { params: sagaIdParameter, body: operatorNoteSchema },
  isBodyOptional: true,
  responses: { 200: { description: "They are listed no more.", content: saga }, ...problems },
} as const;
