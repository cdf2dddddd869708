import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { type Engine, type SagaIndex, type SagaQuery, stateOf, statusOf } from "saga-core";
import { problem, problemResponse } from "./problem.ts";
import { eventsSchema, sagaSchema, statusSchema, viewEvents, viewSaga } from "./saga-view.ts";

const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;

export interface SagaRoutesOptions {
  readonly engine: Engine;
  readonly index: SagaIndex;
  /** Told of a saga that cannot be read; the list goes on without it. */
  readonly onUnreadable: (error: unknown) => undefined;
}

/** `GET /sagas`, `GET /sagas/{saga_id}` and its events. */
export function mountSagaRoutes(app: OpenAPIHono, { engine, index, onUnreadable }: SagaRoutesOptions): void {
  app.openapi(listRoute, async (context) => {
    const { cursor, limit, ...filters } = context.req.valid("query");
    const ids = await listIds({ ...filters, before: cursor, limit: limit + 1 }, index, engine);
    const found = await Promise.all(ids.slice(0, limit).map((id) => engine.get(id).catch(onUnreadable)));
    const next = ids.length > limit ? ids[limit - 1] : undefined;
    return context.json(
      { items: found.flatMap((saga) => (saga ? [viewSaga(saga)] : [])), next_cursor: next ? toCursor(next) : null },
      200,
    );
  });

  app.openapi(getRoute, async (context) => {
    const { saga_id } = context.req.valid("param");
    const found = await engine.get(saga_id);
    if (!found) throw notFound(saga_id);
    context.header("etag", `"${found.saga.seq}"`);
    return context.json(viewSaga(found), 200);
  });

  app.openapi(eventsRoute, async (context) => {
    const { saga_id } = context.req.valid("param");
    const [events, found] = await Promise.all([engine.history(saga_id), engine.get(saga_id)]);
    if (!events || !found) throw notFound(saga_id);
    return context.json(viewEvents(found.controller, events), 200);
  });
}

/** What cannot be read needs a human (rule 11); the index only knows how it was recorded last. */
async function listIds(query: SagaQuery, index: SagaIndex, engine: Engine): Promise<readonly string[]> {
  const { status, definition, state, before, limit } = query;
  const unreadable = engine.unreadable();
  if (unreadable.size === 0 || (status === undefined && state === undefined)) return await index.list(query);
  const listed = await index.list({ ...query, limit: limit + unreadable.size });
  const ids = listed.filter((id) => !unreadable.has(id));
  for (const id of unreadable) {
    const found = await engine.get(id);
    const fits =
      found !== undefined &&
      (before === undefined || id < before) &&
      (definition === undefined || found.saga.definition === definition) &&
      (status === undefined || statusOf(found.saga) === status) &&
      (state === undefined || stateOf(found.controller, found.saga) === state);
    if (fits) ids.push(id);
  }
  return ids.toSorted((one, other) => (one < other ? 1 : -1)).slice(0, limit);
}

function notFound(id: string): HTTPException {
  return new HTTPException(404, { res: problem("not-found", { detail: `There is no saga ${id}.` }) });
}

/** Opaque to clients: the id of the last item of a page. */
function toCursor(id: string): string {
  return btoa(id).replaceAll("=", "");
}

function fromCursor(cursor: string): string | undefined {
  try {
    return z.uuid().safeParse(atob(cursor)).data;
  } catch {
    return undefined;
  }
}

const cursorSchema = z.string("must be given once").transform((cursor, context) => {
  const id = fromCursor(cursor);
  if (id === undefined) context.addIssue({ code: "custom", message: "must be a next_cursor that this list gave" });
  return id ?? z.NEVER;
});

const limitAllowed = `must be a whole number from 1 to ${LIMIT_MAX}`;

const listQuery = z.strictObject({
  definition: z.string("must be given once").optional(),
  status: statusSchema.optional(),
  state: z.string("must be given once").optional(),
  limit: z
    .string(limitAllowed)
    .refine((limit) => /^\d{1,3}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= LIMIT_MAX, limitAllowed)
    .transform(Number)
    .default(LIMIT_DEFAULT)
    .openapi({ type: "integer", minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT }),
  cursor: cursorSchema.optional().openapi({ type: "string" }),
});

const sagaId = z.object({ saga_id: z.string().openapi({ param: { name: "saga_id", in: "path" }, format: "uuid" }) });

const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});

const oneSagaProblems = { 404: problemResponse("not-found"), 500: problemResponse("saga-unreadable") };

const listRoute = createRoute({
  method: "get",
  path: "/sagas",
  tags: ["sagas"],
  summary: "The sagas, newest first",
  request: { query: listQuery },
  responses: {
    200: json("A page of sagas.", z.object({ items: z.array(sagaSchema), next_cursor: z.string().nullable() })),
    422: problemResponse("invalid-request"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/sagas/{saga_id}",
  tags: ["sagas"],
  summary: "A saga",
  request: { params: sagaId },
  responses: {
    200: json("The saga as it is now.", sagaSchema),
    ...oneSagaProblems,
  },
});

const eventsRoute = createRoute({
  method: "get",
  path: "/sagas/{saga_id}/events",
  tags: ["sagas"],
  summary: "The history of a saga",
  request: { params: sagaId },
  responses: {
    200: json("Its events, in order.", eventsSchema),
    ...oneSagaProblems,
  },
});
