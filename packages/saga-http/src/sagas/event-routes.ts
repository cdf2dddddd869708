import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Engine, FoundSaga } from "saga-core";
import { examples } from "../examples.ts";
import { invalidRequest, problemResponse } from "../problems/problem.ts";
import type { EventHub } from "./event-hub.ts";
import { type EventSource, type EventStreams, wantsEventStream } from "./event-streams.ts";
import { notFound, oneSagaProblems, sagaIdParameter } from "./saga-routes.ts";
import { type EventsView, eventsSchema, viewEvents } from "./saga-view.ts";

export interface EventRoutesOptions {
  readonly engine: Engine;
  readonly hub: EventHub;
  readonly streams: EventStreams;
}

/** `GET /sagas/{saga_id}/events`: a saga's history, as JSON or as a stream that goes on until the saga ends. */
export function mountEventRoutes(app: OpenAPIHono, { engine, hub, streams }: EventRoutesOptions): void {
  app.get("/sagas/:saga_id/events", async (context, next) => {
    if (!wantsEventStream(context)) return await next();
    const sagaId = context.req.param("saga_id");
    const after = context.req.header("last-event-id") ?? "0";
    if (!/^\d{1,9}$/.test(after)) {
      return invalidRequest([{ pointer: "Last-Event-ID", detail: "must be the id of an event of this stream" }]);
    }
    const history = await read(engine, sagaId);
    if (!history) throw notFound(sagaId);
    const { seq } = history.found.saga;
    if (Number(after) > seq) {
      return invalidRequest([{ pointer: "Last-Event-ID", detail: `must be the id of an event of this stream, at most ${seq}` }]);
    }
    // Whoever has seen the end need not connect again: a stream that ends at once would be taken for cut.
    if (Number(after) === seq && hasEnded(history.found)) return context.body(null, 204);
    return streams.open(context, historyOf(sagaId, Number(after), { engine, hub }));
  });

  app.openapi(eventsRoute, async (context) => {
    const { saga_id } = context.req.valid("param");
    const history = await read(engine, saga_id);
    if (!history) throw notFound(saga_id);
    return context.json(history.view, 200);
  });
}

async function read(
  engine: Engine,
  sagaId: string,
): Promise<{ readonly found: FoundSaga; readonly view: EventsView } | undefined> {
  const found = await engine.get(sagaId);
  const events = await engine.history(sagaId);
  return found && events && { found, view: viewEvents(found.controller, events) };
}

/** Each event of the saga after one, in order; over when the saga has ended. */
function historyOf(sagaId: string, after: number, { engine, hub }: Pick<EventRoutesOptions, "engine" | "hub">): EventSource {
  let last = after;
  return {
    watch: (tell) => hub.watch(sagaId, tell),
    next: async () => {
      const history = await read(engine, sagaId);
      if (!history) return "end";
      const items = history.view.items.filter(({ seq }) => seq > last);
      last = items.at(-1)?.seq ?? last;
      if (items.length === 0 && hasEnded(history.found)) return "end";
      return items.map((item) => ({ id: String(item.seq), data: JSON.stringify(item) }));
    },
  };
}

function hasEnded({ saga: { phase } }: FoundSaga): boolean {
  return phase.name === "completed" || phase.name === "cancelled";
}

const eventsRoute = createRoute({
  method: "get",
  path: "/sagas/{saga_id}/events",
  operationId: "getEvents",
  tags: ["sagas"],
  summary: "The history of a saga, or its events as they happen",
  description:
    "With `Accept: text/event-stream` it is a stream of server-sent events: one message for each event, its `id` the event's `seq`. It goes on after `Last-Event-ID`, sends a comment every 15 s while nothing happens, and ends with the saga.",
  request: {
    params: sagaIdParameter,
    headers: z.object({ "Last-Event-ID": z.string().optional().describe("The last `seq` that the client has seen.") }),
  },
  responses: {
    200: {
      description: "Its events, in order.",
      content: {
        "application/json": { schema: eventsSchema, example: examples.events },
        "text/event-stream": { schema: z.string(), example: `id: 1\ndata: ${JSON.stringify(examples.events.items[0])}\n\n` },
      },
    },
    204: { description: "Of a stream: the saga has ended, and the client has seen its last event." },
    ...oneSagaProblems,
    422: problemResponse("invalid-request"),
    503: problemResponse("overloaded", "journal-unavailable"),
  },
});
