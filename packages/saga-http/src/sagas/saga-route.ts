import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import type { Clock, Engine } from "saga-core";
import { mountRoute } from "../routing/mount-route.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { getSaga, oneSagaProblems, sagaIdParameter } from "./get-saga.ts";
import { sagaExamples } from "./saga-examples.ts";
import { sagaSchema, viewSaga } from "./saga-view.ts";

export interface SagaRouteOptions {
  readonly engine: Engine;
  readonly clock: Clock;
}

/** `GET /sagas/{saga_id}`. */
export function mountSagaRoute(app: OpenAPIHono, { engine, clock }: SagaRouteOptions): void {
  mountRoute(app, sagaRoute, async ({ params }) => jsonReply(viewSaga(await getSaga(engine, params.saga_id), clock.now())));
}

const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Changes with every change of this representation.", example: '"7"' }),
});

const sagaRoute = {
  method: "get",
  path: "/sagas/{saga_id}",
  operationId: "getSaga",
  tag: "sagas",
  summary: "Returns a saga",
  reads: { params: sagaIdParameter },
  documentedHeaders: z.object({ "If-None-Match": z.string().optional().describe("An ETag that the client has.") }),
  // The tag covers the whole reply, because the explanation of a waiting saga changes with time, without an event.
  middleware: [etag()],
  responses: {
    200: {
      description: "The saga as it is now.",
      headers: etagHeader,
      content: { "application/json": { schema: sagaSchema, example: sagaExamples.needsHuman } },
    },
    304: { description: "Nothing has changed since that ETag.", headers: etagHeader },
    ...oneSagaProblems,
  },
} as const;
