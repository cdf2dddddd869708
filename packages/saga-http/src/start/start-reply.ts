import type { z } from "@hono/zod-openapi";
import { type Clock, type Engine, type FoundSaga, type StartedSaga, stateOf, type Turn } from "saga-core";
import { lastingOf, redacted, redactedMembers, rolledBack } from "saga-core/engine";
import { problemReply } from "../problems/problem.ts";
import type { ProblemType } from "../problems/problem-types.ts";
import { viewSaga } from "../sagas/saga-view.ts";
import { reasonOf, withStarterTexts } from "../sagas/starter-view.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { RETRY_AFTER_S } from "../wire/retry-after.ts";

/** The reply for a saga that has ended; undefined for one that needs a human. */
export function endReply(found: FoundSaga, shownData: z.ZodObject): Response | undefined {
  const { controller } = found;
  const saga = redacted(found);
  const { phase } = saga;
  const data = redactedMembers(found, shownData.parse(found.saga.data));
  const state = stateOf(controller, saga);
  if (phase.name === "completed") return jsonReply({ ...data, status: "OK", saga_id: saga.id, state });
  if (phase.name !== "cancelled") return undefined;
  const { step } = phase.turn;
  const reason = reasonOf(phase.turn);
  const lasting = lastingOf(controller, saga);
  const left = lasting.length === 0 ? {} : { lasting };
  const members = { saga_id: saga.id, ...data, state, step, reason, rolled_back: rolledBack(saga), ...left };
  return problemReply(cancelledAs(phase.turn), { detail: `The step ${step} could not be done: ${reason}`, members });
}

function cancelledAs({ cause }: Turn): ProblemType {
  switch (cause) {
    case "rejected":
    case "cancelled":
    case "timeout":
      return "saga-cancelled";
    case "unavailable":
    case "deadline":
      return "participant-unavailable";
  }
}

interface RunningReplyOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** The path under which the API is mounted. */
  readonly base: string;
}

/** 202: the saga continues without its caller. The start is durable by then, so no crash loses the saga. */
export async function runningReply(
  { id, accepted }: StartedSaga,
  { engine, clock, base }: RunningReplyOptions,
): Promise<Response> {
  await accepted;
  const found = await engine.get(id);
  if (!found) throw new Error(`Saga ${id} was accepted, but the engine does not find it.`);
  const headers = { location: `${base}/sagas/${id}`, "retry-after": String(RETRY_AFTER_S) };
  const shown = { ...found, saga: withStarterTexts(found.saga) };
  return jsonReply(viewSaga(shown, clock.now()), { status: 202, headers });
}
