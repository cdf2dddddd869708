import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { type Clock, isAskedFor } from "saga-core";
import { examples } from "../examples.ts";
import { choicesSchema, viewChoices } from "../operations/choices-view.ts";
import { problem, problemResponse } from "../problems/problem.ts";
import type { EventHub } from "./event-hub.ts";
import { type EventSource, type EventStreams, wantsEventStream } from "./event-streams.ts";
import { type Finding, findSagas, getReadable } from "./find-sagas.ts";
import { type Filter, listQuery, toCursor, toQuery } from "./list-query.ts";
import { sagaSchema, viewSaga } from "./saga-view.ts";

export interface SagaRoutesOptions extends Finding {
  readonly clock: Clock;
  readonly hub: EventHub;
  readonly streams: EventStreams;
}

/** `GET /sagas`, `GET /sagas/{saga_id}` and what may be done with one. */
export function mountSagaRoutes(app: OpenAPIHono, options: SagaRoutesOptions): void {
  const { engine, clock, streams } = options;

  app.openapi(listRoute, async (context) => {
    const { cursor, limit, ...filter } = context.req.valid("query");
    if (wantsEventStream(context)) return streams.open(context, changesOf(filter, options));
    const { sagas, last } = await findSagas({ ...toQuery(filter), before: cursor, limit }, options);
    const items = sagas.map((found) => viewSaga(found, clock.now()));
    return context.json({ items, next_cursor: last === undefined ? null : toCursor(last) }, 200);
  });

  // What is said of a saga that waits changes with time too: the tag is made of all that is said.
  app.use("/sagas/:saga_id", etag());
  app.openapi(getRoute, async (context) => {
    const { saga_id } = context.req.valid("param");
    const found = await engine.get(saga_id);
    if (!found) throw notFound(saga_id);
    return context.json(viewSaga(found, clock.now()), 200);
  });

  app.openapi(choicesRoute, async (context) => {
    const { saga_id } = context.req.valid("param");
    const found = await engine.get(saga_id);
    if (!found) throw notFound(saga_id);
    return context.json(viewChoices(found, clock.now()), 200);
  });
}

/** How many changed sagas a stream remembers until its reader takes them. */
const CHANGES_MAX = 1_000;

/**
 * Each saga as it is after it has changed. Of a slow reader only the ids are remembered, each once; where there are too many of them, the
 * reader is told to read the list again.
 */
function changesOf(filter: Filter, options: SagaRoutesOptions): EventSource {
  const { clock, hub } = options;
  const query = toQuery(filter);
  const changed = new Set<string>();
  let hasMissed = false;
  return {
    watch: (tell) =>
      hub.watchAll((sagaId) => {
        if (changed.size < CHANGES_MAX) changed.add(sagaId);
        else hasMissed = true;
        tell();
      }),
    next: async () => {
      if (hasMissed) {
        changed.clear();
        hasMissed = false;
        return [{ event: "reset", data: "{}" }];
      }
      for (const sagaId of changed) {
        changed.delete(sagaId);
        const found = await getReadable(sagaId, options);
        if (found && isAskedFor(found, query)) return [{ data: JSON.stringify(viewSaga(found, clock.now())) }];
      }
      return [];
    },
  };
}

export function notFound(id: string): HTTPException {
  return new HTTPException(404, { res: problem("not-found", { detail: `There is no saga ${id}.` }) });
}

export const sagaIdParameter = z.object({
  saga_id: z.string().openapi({ param: { name: "saga_id", in: "path" }, format: "uuid", example: examples.sagaId }),
});

export const oneSagaProblems = {
  404: problemResponse("not-found"),
  500: problemResponse("saga-unreadable"),
  503: problemResponse("journal-unavailable"),
};

const pageSchema = z.object({ items: z.array(sagaSchema), next_cursor: z.string().nullable() }).openapi("Sagas");

const listRoute = createRoute({
  method: "get",
  path: "/sagas",
  operationId: "listSagas",
  tags: ["sagas"],
  summary: "The sagas, newest first, or each that changes",
  description:
    "With `Accept: text/event-stream` it is a stream of server-sent events: a message for each saga that changes from now on, as it then is. The same filters choose among them. The event `reset` says that some were missed: read the list again.",
  request: { query: listQuery },
  responses: {
    200: {
      description: "A page of sagas.",
      content: {
        "application/json": { schema: pageSchema, example: { items: [examples.needsHuman], next_cursor: null } },
        "text/event-stream": { schema: z.string(), example: `data: ${JSON.stringify(examples.needsHuman)}\n\n` },
      },
    },
    422: problemResponse("invalid-request"),
    503: problemResponse("overloaded", "journal-unavailable"),
  },
});

const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Changes with all that is said of the saga.", example: '"7"' }),
});

const getRoute = createRoute({
  method: "get",
  path: "/sagas/{saga_id}",
  operationId: "getSaga",
  tags: ["sagas"],
  summary: "A saga",
  request: {
    params: sagaIdParameter,
    headers: z.object({ "If-None-Match": z.string().optional().describe("An ETag that the client has.") }),
  },
  responses: {
    200: {
      description: "The saga as it is now.",
      headers: etagHeader,
      content: { "application/json": { schema: sagaSchema, example: examples.needsHuman } },
    },
    304: { description: "It is as it was.", headers: etagHeader },
    ...oneSagaProblems,
  },
});

const choicesRoute = createRoute({
  method: "get",
  path: "/sagas/{saga_id}/choices",
  operationId: "getChoices",
  tags: ["operations"],
  summary: "What may be done with a saga now, and what each choice leads to",
  request: { params: sagaIdParameter },
  responses: {
    200: {
      description: "Every choice. Nothing is done.",
      content: { "application/json": { schema: choicesSchema, example: examples.choices } },
    },
    ...oneSagaProblems,
  },
});
