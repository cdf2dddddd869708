import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Engine } from "saga-core";
import { documentedProblems } from "../problems/documented-problems.ts";
import { invalidRequest } from "../problems/invalid-request.ts";
import { mountRoute } from "../routing/mount-route.ts";
import { jsonReply } from "../wire/json-reply.ts";
import type { EventHub } from "./event-hub.ts";
import { type EventStreams, prefersEventStream } from "./event-streams.ts";
import { eventsSchema } from "./events-view.ts";
import { oneSagaProblems, sagaIdParameter, sagaNotFound } from "./get-saga.ts";
import { sagaExamples } from "./saga-examples.ts";
import { findHistory, furtherEvents, hasEnded } from "./saga-history.ts";

export interface EventsRouteOptions {
  readonly engine: Engine;
  readonly hub: EventHub;
  readonly streams: EventStreams;
}

/** `GET /sagas/{saga_id}/events`: a saga's history as JSON, or as a stream that lasts until the saga ends. */
export function mountEventsRoute(app: OpenAPIHono, options: EventsRouteOptions): void {
  mountRoute(app, eventsRoute, async ({ params: { saga_id } }, context) => {
    if (prefersEventStream(context)) return await streamEvents(saga_id, context, options);
    const history = await findHistory(options.engine, saga_id);
    if (!history) throw sagaNotFound(saga_id);
    return jsonReply(history.view);
  });
}

async function streamEvents(sagaId: string, context: Context, { engine, hub, streams }: EventsRouteOptions): Promise<Response> {
  const after = context.req.header("last-event-id") ?? "0";
  if (!/^\d{1,9}$/.test(after)) throw wrongEventId("must be the id of an event of this stream");
  const history = await findHistory(engine, sagaId);
  if (!history) throw sagaNotFound(sagaId);
  const { seq } = history.found.saga;
  if (Number(after) > seq) throw wrongEventId(`must be the id of an event of this stream, at most ${seq}`);
  // A client takes a stream that ends at once for a cut one and connects again; a 204 ends that.
  if (Number(after) === seq && hasEnded(history.found)) return context.body(null, 204);
  return streams.open(context, furtherEvents(sagaId, Number(after), { engine, hub }));
}

function wrongEventId(detail: string) {
  return invalidRequest([{ pointer: "Last-Event-ID", detail }]);
}

const eventsRoute = {
  method: "get",
  path: "/sagas/{saga_id}/events",
  operationId: "getEvents",
  tag: "sagas",
  summary: "Returns the history of a saga, or streams its events",
  description:
    "With `Accept: text/event-stream` the reply is a stream of server-sent events: one message for each event, with the event's `seq` as its `id`. It continues after `Last-Event-ID`, sends a comment after every 15 s of silence, and ends with the saga.",
  reads: { params: sagaIdParameter },
  documentedHeaders: z.object({ "Last-Event-ID": z.string().optional().describe("The last `seq` that the client has seen.") }),
  responses: {
    200: {
      description: "The events, in order.",
      content: {
        "application/json": { schema: eventsSchema, example: sagaExamples.events },
        "text/event-stream": { schema: z.string(), example: `id: 1\ndata: ${JSON.stringify(sagaExamples.events.items[0])}\n\n` },
      },
    },
    204: { description: "On a stream: the saga has ended, and the client has seen its last event." },
    ...oneSagaProblems,
    422: documentedProblems("invalid-request"),
    503: documentedProblems("overloaded", "journal-unavailable"),
  },
} as const;
