import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type Asked, type Caller, isNotAllowed, noteOf } from "../access/access.ts";
import { choicesExample } from "../operations/choices-example.ts";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { sagaExamples } from "../sagas/saga-examples.ts";
import { jsonReply } from "../wire/json-reply.ts";
import type { Links } from "../wire/links.ts";
import { type BulkResult, bulkOperationSchema, bulkResolutionSchema, bulkResultSchema } from "./bulk-schemas.ts";
import { type BulkOperation, type BulkOptions, performBulk } from "./perform-bulk.ts";

export interface BulkRoutesOptions extends BulkOptions {
  readonly links: Links;
}

/** `POST /sagas/cancel`, `/sagas/retry` and `/sagas/resolve`: one operation on many sagas, with a preview and a result for each. */
export function mountBulkRoutes(surface: Surface, options: BulkRoutesOptions): void {
  const { engine, links } = options;
  const targetOf = (operation: string, context: Context) => ({
    url: `${links.baseUrl(context)}/sagas/${operation}`,
    needsToken: surface.access.isOn,
  });
  // One report for all of them: the reply has the reason of each.
  const reportRefused = ({ preview, items }: BulkResult, asked: readonly Asked[], context: Context, caller: Caller) => {
    const refused = items.filter(({ accepted }) => !accepted);
    const [first] = refused;
    if (preview || first === undefined) return;
    const detail = `${refused.length} of ${items.length} are not accepted: ${first.saga_id} because ${first.reason ?? "of a defect"}`;
    surface.access.reportOperation(context, caller, asked, detail);
  };
  for (const choice of ["cancel", "retry"] as const) {
    mountRoute(surface, routeOf(choice, bulkOperationSchema), async ({ body }, context, caller) => {
      const { signal } = context.req.raw;
      const { perform, notAllowed } = collectingNotAllowed(choice, (id) => engine[choice](id, noteOf(caller, body)));
      const result = await performBulk(body, { choice, perform, target: targetOf(choice, context) }, options, signal);
      reportRefused(result, notAllowed, context, caller);
      return jsonReply(result);
    });
  }
  mountRoute(surface, routeOf("resolve", bulkResolutionSchema), async ({ body }, context, caller) => {
    const { step, applied } = body;
    const resolution = { step, applied, ...noteOf(caller, body) };
    const choice = applied ? "applied" : "not-applied";
    const { perform, notAllowed } = collectingNotAllowed("resolve", (id) => engine.resolve(id, resolution));
    const { signal } = context.req.raw;
    const result = await performBulk(body, { choice, step, perform, target: targetOf("resolve", context) }, options, signal);
    reportRefused(result, notAllowed, context, caller);
    return jsonReply(result);
  });
}

/** The operation, which collects the sagas that do not allow it. One that has only changed since its preview is not asked, and so not among them. */
function collectingNotAllowed(operation: Asked["operation"], operate: BulkOperation["perform"]) {
  const notAllowed: Asked[] = [];
  const perform: BulkOperation["perform"] = async (sagaId) => {
    try {
      return await operate(sagaId);
    } catch (error) {
      if (isNotAllowed(error)) notAllowed.push({ sagaId, operation });
      throw error;
    }
  };
  return { perform, notAllowed };
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
  next_command: `curl 'http://127.0.0.1:5123/sagas/retry' -H 'content-type: application/json' -d '{"saga_ids":["${sagaExamples.sagaId}"],"by":"ada"}'`,
};

function routeOf<Body extends z.ZodType>(operation: keyof typeof summaries, body: Body) {
  return {
    method: "post",
    path: `/sagas/${operation}`,
    operationId: `${operation}Sagas`,
    access: "operate",
    tag: "operations",
    summary: summaries[operation],
    description: `Like \`POST /sagas/{saga_id}/${operation}\`, for each of \`saga_ids\`, or for the sagas that fit \`where\`. Send it with \`"preview": true\` first: the reply has the \`token\` without which a \`where\` is refused, and the command to run next.`,
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
