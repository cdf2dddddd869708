import { idempotencyKey } from "../definition/attempt.ts";
import { callHandler } from "../definition/call-handler.ts";
import type { Controller } from "../definition/controller.ts";
import { handlerOf } from "../definition/handler-of.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import type { Call } from "../transition/command.ts";
import type { Saga } from "../transition/saga.ts";
import type { CallEnd } from "./participant-gate.ts";

/**
 * Makes the attempt that a call commands, and resolves with its outcome, as an `answered` event records it. An error that the handler throws
 * is `unknown` (rule 1). The key and the content are the same at every attempt (rule 2).
 *
 * @throws TypeError if the definition has no such step; nothing else is thrown.
 */
export async function performCall(controller: Controller, saga: Saga, call: Call): Promise<Outcome<JsonObject>> {
  const { id, input, data, trace } = saga;
  const { step, type } = call;
  // A probe has no effect: it gets the key of the run that it looks for.
  const key = idempotencyKey(id, step, type === "probe" ? "run" : type);
  return await callHandler(handlerOf(controller, step), type, { ...input, ...data }, { key, ...(trace && { trace }) });
}

/** How a call ended, for its participant's gate. The report of a misused key is an answer too. */
export function callEndOf(outcome: Outcome): CallEnd {
  const isClear = outcome.outcome === "done" || outcome.outcome === "rejected";
  return isClear || (outcome.outcome === "unknown" && outcome.defect) ? "answered" : "unanswered";
}
