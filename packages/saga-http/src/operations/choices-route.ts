import type { Clock, Engine } from "saga-core";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { getSaga, oneSagaProblems, sagaIdParameter } from "../sagas/get-saga.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { choicesExample } from "./choices-example.ts";
import { choicesSchema, viewChoices } from "./choices-view.ts";

export interface ChoicesRouteOptions {
  readonly engine: Engine;
  readonly clock: Clock;
}

/** `GET /sagas/{saga_id}/choices`. */
export function mountChoicesRoute(surface: Surface, { engine, clock }: ChoicesRouteOptions): void {
  mountRoute(surface, choicesRoute, async ({ params }) =>
    jsonReply(viewChoices(await getSaga(engine, params.saga_id), clock.now())),
  );
}

const choicesRoute = {
  method: "get",
  path: "/sagas/{saga_id}/choices",
  operationId: "getChoices",
  access: "read",
  tag: "operations",
  summary: "Lists the operations that a saga allows now, and what each would do",
  reads: { params: sagaIdParameter },
  responses: {
    200: {
      description: "Every choice. Nothing is done.",
      content: { "application/json": { schema: choicesSchema, example: choicesExample } },
    },
    ...oneSagaProblems,
  },
} as const;
