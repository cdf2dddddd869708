import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Clock, Engine, FoundSaga } from "saga-core";
import { examples } from "../examples.ts";
import { problemResponse } from "../problems/problem.ts";
import { RETRY_AFTER_S } from "../problems/problem-of-error.ts";
import { limitBody } from "../routes/limit-body.ts";
import { sagaIdParameter } from "../sagas/saga-routes.ts";
import { sagaSchema, viewSaga } from "../sagas/saga-view.ts";
import { jsonResponse } from "../wire/json-response.ts";
import { answerSchema, askingSchema, bodyProblems, readBody } from "./operation-body.ts";

export interface OperationRoutesOptions {
  readonly engine: Engine;
  readonly clock: Clock;
}

/** `POST /sagas/{saga_id}/cancel`, `/retry` and `/resolve`: what a person asks of one saga, durable before it is answered (rule 5). */
export function mountOperationRoutes(app: OpenAPIHono, { engine, clock }: OperationRoutesOptions): void {
  const accepted = (found: FoundSaga, location: string) =>
    jsonResponse(viewSaga(found, clock.now()), { status: 202, headers: { location, "retry-after": String(RETRY_AFTER_S) } });

  for (const operation of ["cancel", "retry"] as const) {
    app.openAPIRegistry.registerPath(askingDocument(operation));
    app.post(`/sagas/:saga_id/${operation}`, limitBody(), async (context) => {
      const body = await readBody(context, askingSchema, { isOptional: true });
      if ("refusal" in body) return body.refusal;
      const found = await engine[operation](context.req.param("saga_id"), withoutUndefined(body.value));
      return accepted(found, context.req.path.slice(0, -`/${operation}`.length));
    });
  }

  app.openAPIRegistry.registerPath(resolveDocument);
  app.post("/sagas/:saga_id/resolve", limitBody(), async (context) => {
    const body = await readBody(context, answerSchema);
    if ("refusal" in body) return body.refusal;
    const { step, applied, result, note, by } = body.value;
    const answer = { step, applied, result, note, ...(by !== undefined && { by }) };
    return jsonResponse(viewSaga(await engine.resolve(context.req.param("saga_id"), answer), clock.now()));
  });
}

/** An absent member is absent in the journal too. */
export function withoutUndefined({ by, note }: { readonly by?: string | undefined; readonly note?: string | undefined }) {
  return { ...(by !== undefined && { by }), ...(note !== undefined && { note }) };
}

const problems = {
  ...bodyProblems,
  404: problemResponse("not-found"),
  409: problemResponse("operation-refused"),
  500: problemResponse("saga-unreadable"),
  503: problemResponse("draining", "journal-unavailable"),
};

const askingTexts = {
  cancel: {
    summary: "Has a saga undone",
    description:
      "Durable before it is answered: from then on the saga never completes. What is under way is settled first, and then undone. 409 from when its pivot may have been sent, and once it has ended.",
    accepted: "It is being undone.",
  },
  retry: {
    summary: "Tries now what waits",
    description:
      "Of a saga that needs a human only where repeating is safe: otherwise the call could be applied twice, and it is 409.",
    accepted: "It is being tried.",
  },
};

function askingDocument(operation: "cancel" | "retry") {
  const { summary, description, accepted } = askingTexts[operation];
  return {
    method: "post" as const,
    path: `/sagas/{saga_id}/${operation}`,
    operationId: `${operation}Saga`,
    tags: ["operations"],
    summary,
    description,
    request: {
      params: sagaIdParameter,
      body: { required: false, content: { "application/json": { schema: askingSchema } } },
    },
    responses: {
      202: {
        description: accepted,
        headers: z.object({ Location: z.string(), "Retry-After": z.string() }),
        content: { "application/json": { schema: sagaSchema, example: examples.running } },
      },
      ...problems,
    },
  };
}

const resolveDocument = {
  method: "post" as const,
  path: "/sagas/{saga_id}/resolve",
  operationId: "resolveSaga",
  tags: ["operations"],
  summary: "Says whether the call that a saga needs a human for was applied",
  description:
    "Only for `needs_intervention`, and only what is true: look at the participant first. That a call was not applied is accepted once no attempt at it can arrive any more. Durable before it is answered.",
  request: { params: sagaIdParameter, body: { required: true, content: { "application/json": { schema: answerSchema } } } },
  responses: {
    200: { description: "It goes on.", content: { "application/json": { schema: sagaSchema, example: examples.running } } },
    ...problems,
  },
};
