import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { type Controller, type Engine, toMermaid } from "saga-core";
import { examples } from "../examples.ts";
import { askingSchema, bodyProblems, readBody } from "../operations/operation-body.ts";
import { withoutUndefined } from "../operations/operation-routes.ts";
import { problem, problemResponse } from "../problems/problem.ts";
import { limitBody } from "../routes/limit-body.ts";
import { jsonResponse } from "../wire/json-response.ts";
import { definitionSchema, viewDefinition } from "./definition-view.ts";

export interface DefinitionRoutesOptions {
  readonly engine: Engine;
  readonly controllers: readonly Controller[];
}

/** `GET /definitions`, one of them, its diagram; and pausing and resuming it. */
export function mountDefinitionRoutes(app: OpenAPIHono, { engine, controllers }: DefinitionRoutesOptions): void {
  const view = async (controller: Controller) =>
    viewDefinition(
      controller,
      (await engine.pauses()).find(({ definition }) => definition === controller.name),
    );
  const named = (name: string): Controller => {
    const controller = controllers.find((each) => each.name === name);
    if (controller) return controller;
    throw new HTTPException(404, { res: problem("not-found", { detail: `There is no definition "${name}".` }) });
  };

  app.openapi(listRoute, async (context) => context.json({ items: await Promise.all(controllers.map(view)) }, 200));
  app.openapi(getRoute, async (context) => context.json(await view(named(context.req.valid("param").definition)), 200));
  app.openapi(diagramRoute, (context) => context.text(toMermaid(named(context.req.valid("param").definition).chart), 200));

  app.openAPIRegistry.registerPath(pauseDocument);
  app.post("/definitions/:definition/pause", limitBody(), async (context) => {
    const body = await readBody(context, askingSchema, { isOptional: true });
    if ("refusal" in body) return body.refusal;
    const controller = named(context.req.param("definition"));
    await engine.pause(controller.name, withoutUndefined(body.value));
    return jsonResponse(await view(controller));
  });

  app.openapi(resumeRoute, async (context) => {
    const controller = named(context.req.valid("param").definition);
    await engine.endPause(controller.name);
    return context.json(await view(controller), 200);
  });
}

const definitionParameter = z.object({
  definition: z.string().openapi({ param: { name: "definition", in: "path" }, example: "order" }),
});

const notFound = { 404: problemResponse("not-found") };

const listRoute = createRoute({
  method: "get",
  path: "/definitions",
  operationId: "listDefinitions",
  tags: ["definitions"],
  summary: "The definitions that new sagas start with",
  responses: {
    200: {
      description: "All of them.",
      content: {
        "application/json": {
          schema: z.object({ items: z.array(definitionSchema) }).openapi("Definitions"),
          example: { items: [examples.definition] },
        },
      },
    },
    405: problemResponse("method-not-allowed"),
    503: problemResponse("journal-unavailable"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/definitions/{definition}",
  operationId: "getDefinition",
  tags: ["definitions"],
  summary: "A definition: its steps, kinds, states and transitions",
  request: { params: definitionParameter },
  responses: {
    200: {
      description: "The definition.",
      content: { "application/json": { schema: definitionSchema, example: examples.definition } },
    },
    ...notFound,
    503: problemResponse("journal-unavailable"),
  },
});

const diagramRoute = createRoute({
  method: "get",
  path: "/definitions/{definition}/diagram",
  operationId: "getDiagram",
  tags: ["definitions"],
  summary: "Its states and transitions as a Mermaid diagram",
  request: { params: definitionParameter },
  responses: {
    200: {
      description: "Mermaid text.",
      content: { "text/plain": { schema: z.string(), example: "stateDiagram-v2\n  [*] --> CREATING_ORDER\n" } },
    },
    ...notFound,
  },
});

const pauseDocument = {
  method: "post" as const,
  path: "/definitions/{definition}/pause",
  operationId: "pauseDefinition",
  tags: ["definitions"],
  summary: "Lets no saga of a definition start",
  description:
    "A start is refused with 503 `definition-paused`, also after a restart, until it is resumed; none is held. Sagas under way go on, and a repeated start still gets its saga. Durable before it is answered. Of one that is paused already nothing changes.",
  request: {
    params: definitionParameter,
    body: { required: false, content: { "application/json": { schema: askingSchema } } },
  },
  responses: {
    200: {
      description: "The definition as it is now.",
      content: {
        "application/json": {
          schema: definitionSchema,
          example: {
            ...examples.definition,
            paused: { since: "2026-11-23T12:00:00.000Z", by: "ada", note: "Moving the store." },
          },
        },
      },
    },
    ...bodyProblems,
    ...notFound,
    503: problemResponse("journal-unavailable"),
  },
};

const resumeRoute = createRoute({
  method: "post",
  path: "/definitions/{definition}/resume",
  operationId: "resumeDefinition",
  tags: ["definitions"],
  summary: "Lets sagas of a definition start again",
  description: "Durable before it is answered.",
  request: { params: definitionParameter },
  responses: {
    200: {
      description: "The definition as it is now.",
      content: { "application/json": { schema: definitionSchema, example: examples.definition } },
    },
    ...notFound,
    503: problemResponse("journal-unavailable"),
  },
});
