import { z } from "@hono/zod-openapi";
import type { Clock } from "saga-core";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { jsonReply } from "../wire/json-reply.ts";
import type { ChangedSagas } from "./changed-sagas.ts";
import { type EventStreams, prefersEventStream } from "./event-streams.ts";
import { findSagas, type SagaFinder } from "./find-sagas.ts";
import { partAfter, toCursor } from "./list-cursor.ts";
import { listQuery, toQuery } from "./list-query.ts";
import { sagaExamples } from "./saga-examples.ts";
import { sagaSchema, viewSaga } from "./saga-view.ts";

export interface ListRouteOptions extends SagaFinder {
  readonly clock: Clock;
  readonly changed: ChangedSagas;
  readonly streams: EventStreams;
}

/** `GET /sagas`: a page of sagas as JSON, or the stream of the sagas that change. */
export function mountListRoute(surface: Surface, options: ListRouteOptions): void {
  const { clock, changed, streams } = options;
  mountRoute(surface, listRoute, async ({ query: { cursor, limit, order, ...filter } }, context, caller) => {
    if (prefersEventStream(context)) return streams.open(context, caller, () => changed.source(filter));
    const { signal } = context.req.raw;
    const { sagas, nextCursorId } = await findSagas({ ...toQuery(filter), ...partAfter(cursor, order), limit }, options, signal);
    const items = sagas.map((found) => viewSaga(found, clock.now()));
    return jsonReply({ items, next_cursor: toCursor(nextCursorId, order) });
  });
}

const pageSchema = z.object({ items: z.array(sagaSchema), next_cursor: z.string().nullable() }).openapi("Sagas");

const listRoute = {
  method: "get",
  path: "/sagas",
  operationId: "listSagas",
  access: "read",
  tag: "sagas",
  summary: "Lists sagas, the newest or the oldest first, or streams those that change",
  description:
    "With `Accept: text/event-stream` the reply is a stream of server-sent events: one message, with the saga as it then is, for each saga that changes from now on and fits the filters. The event `reset` says that the reader is too slow and messages were lost, and ends the stream: connect again, and read the list.",
  reads: { query: listQuery },
  responses: {
    200: {
      description: "A page of sagas.",
      content: {
        "application/json": { schema: pageSchema, example: { items: [sagaExamples.needsHuman], next_cursor: null } },
        "text/event-stream": { schema: z.string(), example: `data: ${JSON.stringify(sagaExamples.needsHuman)}\n\n` },
      },
    },
    422: documentedProblems("invalid-request"),
    503: documentedProblems("overloaded", "journal-unavailable"),
  },
} as const;
