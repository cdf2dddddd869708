import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { choicesExample } from "../operations/choices-example.ts";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import { sagaExamples } from "../sagas/saga-examples.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { operatorNoteOf } from "../wire/operator-note.ts";
import { bulkOperationSchema, bulkResolutionSchema, bulkResultSchema } from "./bulk-schemas.ts";
import { type BulkOptions, performBulk } from "./perform-bulk.ts";

/** `POST /sagas/cancel`, `/sagas/retry` and `/sagas/resolve`: one operation on many sagas, with a preview and a result for each. */
export function mountBulkRoutes(app: OpenAPIHono, options: BulkOptions): void {
  const { engine } = options;
  for (const choice of ["cancel", "retry"] as const) {
    mountRoute(app, routeOf(choice, bulkOperationSchema), async ({ body }, context) => {
      const { signal } = context.req.raw;
      const note = operatorNoteOf(body);
      return jsonReply(await performBulk(body, { choice, perform: (id) => engine[choice](id, note) }, options, signal));
    });
  }
  mountRoute(app, routeOf("resolve", bulkResolutionSchema), async ({ body }, context) => {
    const { signal } = context.req.raw;
    const { step, applied } = body;
    const resolution = { step, applied, ...operatorNoteOf(body) };
    const choice = applied ? "applied" : "not-applied";
    return jsonReply(await performBulk(body, { choice, step, perform: (id) => engine.resolve(id, resolution) }, options, signal));
  });
}

const summaries = {
  cancel: "Cancels many sagas",
  retry: "Retries many waiting sagas now",
  resolve: "Resolves many sagas in the same way",
};

const example = {
  preview: true,
  items: [{ saga_id: sagaExamples.sagaId, accepted: true, consequence: choicesExample.items[2]?.consequence }],
  next_cursor: null,
};

function routeOf<Body extends z.ZodType>(operation: keyof typeof summaries, body: Body) {
  return {
    method: "post",
    path: `/sagas/${operation}`,
    operationId: `${operation}Sagas`,
    tag: "operations",
    summary: summaries[operation],
    description: `Like \`POST /sagas/{saga_id}/${operation}\`, for each of \`saga_ids\`, or for the sagas that fit \`where\`. Send it with \`"preview": true\` first.`,
    reads: { body },
    responses: {
      200: {
        description: "What happened, or would happen, to each saga.",
        content: { "application/json": { schema: bulkResultSchema, example } },
      },
      503: documentedProblems("draining", "overloaded", "journal-unavailable"),
    },
  } as const;
}
