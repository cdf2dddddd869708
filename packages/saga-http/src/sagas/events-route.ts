import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Engine } from "saga-core";
import type { Caller } from "../access/access.ts";
import { documentedProblems } from "../problems/documented-problems.ts";
import { invalidRequest } from "../problems/invalid-request.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { jsonReply } from "../wire/json-reply.ts";
import type { EventHub } from "./event-hub.ts";
import { type EventStreams, prefersEventStream } from "./event-streams.ts";
import { eventsQuery } from "./events-query.ts";
import { eventsSchema } from "./events-view.ts";
import { findEvents, hasEnded } from "./find-events.ts";
import { furtherEvents } from "./further-events.ts";
import { getSaga, oneSagaProblems, sagaIdParameter, sagaNotFound } from "./get-saga.ts";
import type { RenderedPages } from "./rendered-pages.ts";
import { sagaExamples } from "./saga-examples.ts";

export interface EventsRouteOptions {
  readonly engine: Engine;
  readonly hub: EventHub;
  readonly streams: EventStreams;
  readonly pages: RenderedPages;
}

/** `GET /sagas/{saga_id}/events`: a saga's history as JSON, or as a stream that lasts until the saga ends. */
export function mountEventsRoute(surface: Surface, options: EventsRouteOptions): void {
  mountRoute(surface, eventsRoute, async ({ params: { saga_id }, query }, context, caller) => {
    if (prefersEventStream(context)) return await streamEvents({ sagaId: saga_id, from: query.after, caller }, context, options);
    const events = await findEvents(options.engine, saga_id, { ...query, caller });
    if (!events) throw sagaNotFound(saga_id);
    return jsonReply(events);
  });
}

async function streamEvents(
  { sagaId, from, caller }: { readonly sagaId: string; readonly from: number; readonly caller: Caller },
  context: Context,
  { engine, hub, streams, pages }: EventsRouteOptions,
): Promise<Response> {
  const after = context.req.header("last-event-id") ?? String(from);
  if (!/^\d{1,9}$/.test(after)) throw wrongEventId("must be the id of an event of this stream");
  const found = await getSaga(engine, sagaId, caller);
  const { seq } = found.saga;
  if (Number(after) > seq) throw wrongEventId(`must be the id of an event of this stream, at most ${seq}`);
  // A client takes a stream that ends at once for a cut one and connects again; a 204 ends that.
  if (Number(after) === seq && hasEnded(found)) return context.body(null, 204);
  return streams.open(context, caller, () => furtherEvents(sagaId, Number(after), { pages, hub, caller }));
}

function wrongEventId(detail: string) {
  return invalidRequest([{ pointer: "Last-Event-ID", detail }]);
}

const eventsRoute = {
  method: "get",
  path: "/sagas/{saga_id}/events",
  operationId: "getEvents",
  access: "own",
  tag: "sagas",
  summary: "Returns the history of a saga, or streams its events",
  description:
    "Events come in pages: `next_after` is the `after` of the next one. With `Accept: text/event-stream` the reply is a stream of server-sent events: one message for each event, with the event's `seq` as its `id`. It continues after `Last-Event-ID`, sends a comment after every 15 s of silence, and ends with the saga. A `compacted` event stands for repeated failures of one call: it has the `seq` of the last of them.",
  reads: { params: sagaIdParameter, query: eventsQuery },
  documentedHeaders: z.object({ "Last-Event-ID": z.string().optional().describe("The last `seq` that the client has seen.") }),
  responses: {
    200: {
      description: "A page of events, in order.",
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
