import type { Action } from "../definition/attempt.ts";
import { parseStable, SchemaError } from "../definition/schema.ts";
import { withoutSecretTexts } from "../definition/secret-members.ts";
import type { JsonObject } from "../json.ts";
import { type FoundSaga, OperationRefused, type Resolution } from "../ports/engine.ts";
import { choiceOf } from "../transition/choices.ts";
import type { Operation, OperatorNote, Refused, Resolved } from "../transition/event.ts";
import type { Refusal } from "../transition/refusal.ts";
import { notAllowed } from "./refusals.ts";

/** What a person requested of a saga, or was refused, before it is an event with a time. */
export type OperationRequest =
  | { readonly type: "cancel" | "retry"; readonly note?: OperatorNote | undefined }
  | { readonly type: "resolve"; readonly resolution: Resolution }
  | { readonly type: "end-wait"; readonly step: string; readonly note?: OperatorNote | undefined }
  | { readonly type: "acknowledge"; readonly note?: OperatorNote | undefined }
  | { readonly type: "note-refusal"; readonly refusal: Refusal };

/**
 * Turns a request into an event at the instant `now` (milliseconds since the epoch). A saga's time does not go back: if clocks differ, the
 * event has the time of the saga's last one.
 *
 * @example
 * ```ts
 * import type { FoundSaga } from "saga-core";
 * import { operationEvent } from "saga-core/engine";
 *
 * export function cancelNow(found: FoundSaga) {
 *   return operationEvent(found, { type: "cancel", note: { by: "ada" } }, Date.now());
 * }
 * ```
 *
 * @throws OperationRefused if the saga does not allow it now (`not-allowed`), or the result does not fit the step (`invalid-result`).
 */
export function operationEvent(found: FoundSaga, request: OperationRequest, now: number): Operation | Refused {
  const { controller, saga } = found;
  const operation = operationOf(found, request, Math.max(now, saga.updatedAt));
  const choice = choiceOf(controller, saga, operation);
  if (!choice.allowed) throw notAllowed(saga.id, choice);
  return operation;
}

function operationOf(found: FoundSaga, request: OperationRequest, at: number): Operation | Refused {
  switch (request.type) {
    case "cancel":
      return { type: "cancel-requested", at, ...request.note };
    case "retry":
      return { type: "retry-requested", at, ...request.note };
    case "resolve":
      return resolvedBy(found, request.resolution, at);
    case "end-wait":
      return { type: "wait-ended", at, step: request.step, ...request.note };
    case "acknowledge":
      return { type: "acknowledged", at, ...request.note };
    case "note-refusal":
      return { type: "refused", at, ...request.refusal };
  }
}

function resolvedBy(found: FoundSaga, { step, applied, result, ...note }: Resolution, at: number): Resolved {
  const resolved: Resolved = { type: "resolved", at, step, action: actionOf(found), applied, result: {}, ...note };
  // A resolution that is not allowed is refused as such, even if its result is also invalid.
  const needsResult = applied && choiceOf(found.controller, found.saga, resolved).allowed;
  return needsResult ? { ...resolved, result: readResult(found, step, result) } : resolved;
}

/**
 * The result of a step as an operator gives it, read with the step's schema; empty for a rollback.
 *
 * @throws OperationRefused if it does not fit the step's schema (`invalid-result`).
 */
export function readResult(found: FoundSaga, step: string, result: unknown): JsonObject {
  const handler = found.controller.handlers.find((candidate) => candidate.step === step);
  if (!handler || actionOf(found) === "rollback") return {};
  try {
    return parseStable(handler.gives, result ?? {}, `The result of "${step}"`);
  } catch (error) {
    throw error instanceof SchemaError ? invalidResult(withoutSecretTexts(error, result, found.controller.secret)) : error;
  }
}

function invalidResult(cause: SchemaError): OperationRefused {
  return new OperationRefused("invalid-result", cause.message, undefined, { cause });
}

/** The action whose effect needs a human. */
function actionOf({ saga: { phase } }: FoundSaga): Action {
  return phase.name === "needs-intervention" ? phase.action : "run";
}
