import { z } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import type { Clock, Engine } from "saga-core";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { getSaga, oneSagaProblems, sagaIdParameter } from "./get-saga.ts";
import { withEvents } from "./reason-events.ts";
import { sagaExamples } from "./saga-examples.ts";
import { sagaSchema, viewSaga } from "./saga-view.ts";
import { sagaFor } from "./starter-view.ts";

export interface SagaRouteOptions {
  readonly engine: Engine;
  readonly clock: Clock;
}

/** `GET /sagas/{saga_id}`. */
export function mountSagaRoute(surface: Surface, { engine, clock }: SagaRouteOptions): void {
  mountRoute(surface, sagaRoute, async ({ params: { saga_id } }, _context, caller) => {
    const { saga, controller } = await getSaga(engine, saga_id, caller);
    const view = viewSaga({ saga: sagaFor(caller, saga), controller }, clock.now());
    return jsonReply({ ...view, reasons: await withEvents(view.reasons, saga, engine) });
  });
}

const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Changes with every change of this representation.", example: '"7"' }),
});

const sagaRoute = {
  method: "get",
  path: "/sagas/{saga_id}",
  operationId: "getSaga",
  access: "own",
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
