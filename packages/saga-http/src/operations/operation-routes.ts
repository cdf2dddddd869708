import { z } from "@hono/zod-openapi";
import type { Clock, Engine, OperatedSaga } from "saga-core";
import { noteOf } from "../access/access.ts";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { sagaIdParameter } from "../sagas/get-saga.ts";
import { sagaExamples } from "../sagas/saga-examples.ts";
import { jsonReply } from "../wire/json-reply.ts";
import type { Links } from "../wire/links.ts";
import { RETRY_AFTER_S } from "../wire/retry-after.ts";
import { operatedSchema, viewOperated } from "./operated-view.ts";
import { operatorNoteSchema, resolutionSchema } from "./operation-schemas.ts";

export interface OperationRoutesOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly links: Links;
}

/** `POST /sagas/{saga_id}/cancel`, `/retry` and `/resolve`: operations on one saga, durable before the reply (rule 5). */
export function mountOperationRoutes(surface: Surface, { engine, clock, links }: OperationRoutesOptions): void {
  const accepted = (found: OperatedSaga, location: string) =>
    jsonReply(viewOperated(found, clock.now()), { status: 202, headers: { location, "retry-after": String(RETRY_AFTER_S) } });

  for (const operation of ["cancel", "retry"] as const) {
    mountRoute(surface, routeOf(operation), async ({ params, body }, context, caller) => {
      const found = await engine[operation](params.saga_id, noteOf(caller, body));
      return accepted(found, `${links.base(context)}/sagas/${found.saga.id}`);
    });
  }

  mountRoute(surface, resolveRoute, async ({ params, body: { step, applied, result, note, by } }, _context, caller) => {
    const resolution = { step, applied, result, note, ...noteOf(caller, { by }) };
    return jsonReply(viewOperated(await engine.resolve(params.saga_id, resolution), clock.now()));
  });
}

const operatedExample = { ...sagaExamples.running, event_seq: 7 };

const operationProblems = {
  404: documentedProblems("not-found"),
  409: documentedProblems("operation-refused"),
  500: documentedProblems("saga-unreadable"),
  503: documentedProblems("draining", "journal-unavailable"),
};

const texts = {
  cancel: {
    summary: "Cancels a saga",
    description:
      "The call under way is settled first; then every step that was done is undone. Durable before the reply: from then on the saga never completes. 409 once the pivot's call may have been sent, and once the saga has ended.",
    accepted: "The saga is being cancelled.",
  },
  retry: {
    summary: "Retries a waiting saga now",
    description: "A saga that needs a human is retried only if repeating its call is safe; otherwise the reply is 409.",
    accepted: "The saga is being retried.",
  },
};

function routeOf(operation: keyof typeof texts) {
  const { summary, description, accepted } = texts[operation];
  return {
    method: "post",
    path: `/sagas/{saga_id}/${operation}`,
    operationId: `${operation}Saga`,
    access: "operate",
    refusedAs: operation,
    tag: "operations",
    summary,
    description,
    reads: { params: sagaIdParameter, body: operatorNoteSchema },
    isBodyOptional: true,
    responses: {
      202: {
        description: accepted,
        headers: z.object({ Location: z.string(), "Retry-After": z.string() }),
        content: { "application/json": { schema: operatedSchema, example: operatedExample } },
      },
      ...operationProblems,
    },
  } as const;
}

const resolveRoute = {
  method: "post",
  path: "/sagas/{saga_id}/resolve",
  operationId: "resolveSaga",
  access: "operate",
  refusedAs: "resolve",
  tag: "operations",
  summary: "Resolves a saga that needs a human: says whether its call was applied",
  description:
    'Only for `needs_intervention`, and only with the truth: look at the participant first. "Not applied" is accepted once no attempt can arrive any more. Durable before the reply.',
  reads: { params: sagaIdParameter, body: resolutionSchema },
  responses: {
    200: {
      description: "The saga continues.",
      content: { "application/json": { schema: operatedSchema, example: operatedExample } },
    },
    ...operationProblems,
  },
} as const;
