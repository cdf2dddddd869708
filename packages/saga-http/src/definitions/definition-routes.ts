import { z } from "@hono/zod-openapi";
import { type Controller, type Engine, toMermaid } from "saga-core";
import { noteOf } from "../access/access.ts";
import { operatorNoteSchema } from "../operations/operation-schemas.ts";
import { documentedProblems } from "../problems/documented-problems.ts";
import { ProblemError } from "../problems/problem.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { definitionExample } from "./definition-example.ts";
import { definitionSchema, viewDefinition } from "./definition-view.ts";

export interface DefinitionRoutesOptions {
  readonly engine: Engine;
  readonly controllers: readonly Controller[];
  /** Versions that start no saga any more. */
  readonly earlier: readonly Controller[];
}

/** `GET /definitions`, `/definitions/{definition}` and its `/diagram`; `POST` its `/pause` and `/resume`. */
export function mountDefinitionRoutes(surface: Surface, { engine, controllers, earlier }: DefinitionRoutesOptions): void {
  const view = async (controller: Controller) => {
    const pauses = await engine.pauses();
    return viewDefinition(
      controller,
      pauses.find(({ definition }) => definition === controller.name),
    );
  };
  const controllerOf = (name: string): Controller => {
    const controller = controllers.find((each) => each.name === name);
    if (controller) return controller;
    throw new ProblemError("not-found", { detail: `There is no definition "${name}".` });
  };

  // Plain functions of what is registered: they never change while the process runs.
  const earlierViews = earlier.map((controller) => viewDefinition(controller));
  mountRoute(surface, listRoute, async () =>
    jsonReply({ items: await Promise.all(controllers.map(view)), earlier: earlierViews }),
  );
  mountRoute(surface, definitionRoute, async ({ params }) => jsonReply(await view(controllerOf(params.definition))));
  mountRoute(surface, diagramRoute, ({ params }, context) => context.text(toMermaid(controllerOf(params.definition).chart)));

  mountRoute(surface, pauseRoute, async ({ params, body }, _context, caller) => {
    const controller = controllerOf(params.definition);
    await engine.pause(controller.name, noteOf(caller, body));
    return jsonReply(await view(controller));
  });

  mountRoute(surface, resumeRoute, async ({ params }) => {
    const controller = controllerOf(params.definition);
    await engine.endPause(controller.name);
    return jsonReply(await view(controller));
  });
}

const definitionParameter = z.object({
  definition: z.string().openapi({ param: { name: "definition", in: "path" }, example: "order" }),
});

const unknownDefinition = { 404: documentedProblems("not-found") };
const journalFailure = { 503: documentedProblems("journal-unavailable") };

const definitionReply = {
  description: "The definition as it is now.",
  content: { "application/json": { schema: definitionSchema, example: definitionExample } },
};

const pausedReply = {
  description: "The definition as it is now.",
  content: {
    "application/json": {
      schema: definitionSchema,
      example: {
        ...definitionExample,
        paused: { since: "2026-11-23T12:00:00.000Z", automatic: false, by: "ada", note: "Moving the store." },
      },
    },
  },
};

const listRoute = {
  method: "get",
  path: "/definitions",
  operationId: "listDefinitions",
  access: "read",
  tag: "definitions",
  summary: "Lists the definitions that new sagas can start with, and earlier versions",
  reads: {},
  responses: {
    200: {
      description: "All definitions.",
      content: {
        "application/json": {
          schema: z
            .object({
              items: z.array(definitionSchema),
              earlier: z
                .array(definitionSchema)
                .describe("Versions that start no saga any more, and are kept for the sagas that started with them."),
            })
            .openapi("Definitions"),
          example: {
            items: [definitionExample],
            earlier: [{ ...definitionExample, version: 1, fingerprint: "1d7e90a2c45b86f3" }],
          },
        },
      },
    },
    405: documentedProblems("method-not-allowed"),
    ...journalFailure,
  },
} as const;

const definitionRoute = {
  method: "get",
  path: "/definitions/{definition}",
  operationId: "getDefinition",
  access: "read",
  tag: "definitions",
  summary: "Returns a definition: its steps, kinds, states and transitions",
  reads: { params: definitionParameter },
  responses: { 200: { ...definitionReply, description: "The definition." }, ...unknownDefinition, ...journalFailure },
} as const;

const diagramRoute = {
  method: "get",
  path: "/definitions/{definition}/diagram",
  operationId: "getDiagram",
  access: "read",
  tag: "definitions",
  summary: "Returns a definition's states and transitions as a Mermaid diagram",
  reads: { params: definitionParameter },
  responses: {
    200: {
      description: "Mermaid text.",
      content: { "text/plain": { schema: z.string(), example: "stateDiagram-v2\n  [*] --> CREATING_ORDER\n" } },
    },
    ...unknownDefinition,
  },
} as const;

const pauseRoute = {
  method: "post",
  path: "/definitions/{definition}/pause",
  operationId: "pauseDefinition",
  access: "operate",
  tag: "definitions",
  summary: "Pauses a definition: refuses new sagas of it",
  description:
    "Until it is resumed, also after a restart, each start is refused with 503 `definition-paused`. Sagas under way continue, and a repeated start still gets its saga. Durable before the reply. A definition that an operator has paused already keeps that pause; one that has paused itself becomes paused by the operator, and then does not resume by itself.",
  reads: { params: definitionParameter, body: operatorNoteSchema },
  isBodyOptional: true,
  responses: { 200: pausedReply, ...unknownDefinition, ...journalFailure },
} as const;

const resumeRoute = {
  method: "post",
  path: "/definitions/{definition}/resume",
  operationId: "resumeDefinition",
  access: "operate",
  tag: "definitions",
  summary: "Resumes a paused definition: accepts new sagas of it",
  description: "Durable before the reply.",
  reads: { params: definitionParameter },
  responses: { 200: definitionReply, ...unknownDefinition, ...journalFailure },
} as const;
