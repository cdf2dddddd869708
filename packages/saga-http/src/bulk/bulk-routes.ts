import type { OpenAPIHono, z } from "@hono/zod-openapi";
import {
  type Answer,
  type Asking,
  type ChoiceName,
  type Clock,
  explainChoices,
  type FoundSaga,
  JournalError,
  OperationRefused,
  readResult,
  UnreadableSaga,
} from "saga-core";
import { examples } from "../examples.ts";
import { viewChoice } from "../operations/choices-view.ts";
import { bodyProblems, readBody } from "../operations/operation-body.ts";
import { withoutUndefined } from "../operations/operation-routes.ts";
import { problemResponse } from "../problems/problem.ts";
import { limitBody } from "../routes/limit-body.ts";
import { type Finding, findSagas } from "../sagas/find-sagas.ts";
import { LIMIT_MAX, toCursor, toQuery } from "../sagas/list-query.ts";
import { jsonResponse } from "../wire/json-response.ts";
import { timestamp } from "../wire/timestamp.ts";
import { bulkAnswer, bulkAsking, bulkResult } from "./bulk-body.ts";

export interface BulkRoutesOptions extends Finding {
  readonly clock: Clock;
  /** Told of a defect that met one of the sagas; the others are gone on with. */
  readonly onError: (error: unknown) => void;
}

type BulkBody = z.output<typeof bulkAsking>;
type BulkItem = z.output<typeof bulkResult>["items"][number];

/** What is asked of each saga, and the choice that this is. */
interface Ask {
  readonly choice: ChoiceName;
  readonly step?: string;
  readonly of: (sagaId: string) => Promise<FoundSaga>;
}

/** `POST /sagas/cancel`, `/sagas/retry` and `/sagas/resolve`: the same for many sagas at once, with a preview and a result for each. */
export function mountBulkRoutes(app: OpenAPIHono, options: BulkRoutesOptions): void {
  const { engine } = options;
  for (const operation of ["cancel", "retry"] as const) {
    app.openAPIRegistry.registerPath(documentOf(operation, bulkAsking));
    app.post(`/sagas/${operation}`, limitBody(), async (context) => {
      const body = await readBody(context, bulkAsking);
      if ("refusal" in body) return body.refusal;
      const asking: Asking = withoutUndefined(body.value);
      return jsonResponse(await askAll(body.value, { choice: operation, of: (id) => engine[operation](id, asking) }, options));
    });
  }
  app.openAPIRegistry.registerPath(documentOf("resolve", bulkAnswer));
  app.post("/sagas/resolve", limitBody(), async (context) => {
    const body = await readBody(context, bulkAnswer);
    if ("refusal" in body) return body.refusal;
    const { step, applied } = body.value;
    const answer: Answer = { step, applied, ...withoutUndefined(body.value) };
    const ask: Ask = { choice: applied ? "applied" : "not-applied", step, of: (id) => engine.resolve(id, answer) };
    return jsonResponse(await askAll(body.value, ask, options));
  });
}

async function askAll(body: BulkBody, ask: Ask, options: BulkRoutesOptions): Promise<z.output<typeof bulkResult>> {
  const { sagaIds, last } = await chosen(body, options);
  const work = body.preview ? (id: string) => foretell(id, ask, options) : (id: string) => askOne(id, ask, options);
  const items = await Promise.all(sagaIds.map(work));
  return { preview: body.preview, items, next_cursor: last === undefined ? null : toCursor(last) };
}

async function chosen({ saga_ids, where = {}, cursor }: BulkBody, options: BulkRoutesOptions) {
  if (saga_ids) return { sagaIds: [...new Set(saga_ids)], last: undefined };
  const { sagas, last } = await findSagas({ ...toQuery(where), before: cursor, limit: LIMIT_MAX }, options);
  return { sagaIds: sagas.map(({ saga }) => saga.id), last };
}

async function foretell(sagaId: string, ask: Ask, options: BulkRoutesOptions): Promise<BulkItem> {
  return await explainOne(sagaId, ask, options).catch((error: unknown) => refusalOf(sagaId, error, options));
}

async function explainOne(sagaId: string, { choice: name, step }: Ask, { engine, clock }: BulkRoutesOptions): Promise<BulkItem> {
  const found = await engine.get(sagaId);
  if (!found) return { saga_id: sagaId, accepted: false, reason: `There is no saga ${sagaId}.` };
  const { saga, controller } = found;
  if (step !== undefined && saga.phase.name === "needs-intervention" && saga.phase.step !== step) {
    return { saga_id: sagaId, accepted: false, reason: `what needs a human is the step ${saga.phase.step}, not ${step}` };
  }
  const explained = explainChoices(controller, saga, clock.now()).find((each) => each.name === name);
  if (!explained) return { saga_id: sagaId, accepted: false, reason: "it cannot be asked" };
  // What the real answer is held to, this one is held to as well.
  if (step !== undefined && name === "applied" && explained.choice.allowed) readResult(found, step, undefined);
  const { allowed: accepted, choice: _name, ...rest } = viewChoice(explained);
  return { saga_id: sagaId, accepted, ...rest };
}

async function askOne(sagaId: string, ask: Ask, options: BulkRoutesOptions): Promise<BulkItem> {
  const { consequence } = await foretell(sagaId, ask, options);
  try {
    await ask.of(sagaId);
    return { saga_id: sagaId, accepted: true, ...(consequence && { consequence }) };
  } catch (error) {
    return refusalOf(sagaId, error, options);
  }
}

/** That one cannot be done is no reason to leave the others. */
function refusalOf(sagaId: string, error: unknown, { onError }: BulkRoutesOptions): BulkItem {
  if (error instanceof OperationRefused) {
    const { message, from } = error;
    return { saga_id: sagaId, accepted: false, reason: message, ...(from !== undefined && { allowed_from: timestamp(from) }) };
  }
  if (error instanceof UnreadableSaga || error instanceof JournalError)
    return { saga_id: sagaId, accepted: false, reason: error.message };
  onError(error);
  return { saga_id: sagaId, accepted: false, reason: "A defect; the log says more." };
}

const summaries = {
  cancel: "Has sagas undone",
  retry: "Tries now what waits, for many sagas",
  resolve: "Gives many sagas the same answer",
};

function documentOf(operation: keyof typeof summaries, schema: typeof bulkAsking | typeof bulkAnswer) {
  const item = { saga_id: examples.sagaId, accepted: true, consequence: examples.choices.items[2]?.consequence };
  return {
    method: "post" as const,
    path: `/sagas/${operation}`,
    operationId: `${operation}Sagas`,
    tags: ["operations"],
    summary: summaries[operation],
    description: `As \`POST /sagas/{saga_id}/${operation}\`, for each of \`saga_ids\`, or of the sagas that \`where\` finds. Send it with \`"preview": true\` first.`,
    request: { body: { required: true, content: { "application/json": { schema } } } },
    responses: {
      200: {
        description: "What became, or would become, of each.",
        content: { "application/json": { schema: bulkResult, example: { preview: true, items: [item], next_cursor: null } } },
      },
      ...bodyProblems,
      503: problemResponse("draining", "journal-unavailable"),
    },
  };
}
