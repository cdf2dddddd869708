import type { Action } from "../definition/attempt.ts";
import { parseStable, SchemaError } from "../definition/schema.ts";
import type { JsonObject } from "../json.ts";
import { type Answer, type FoundSaga, OperationRefused } from "../ports/engine.ts";
import { choiceOf } from "../transition/choices.ts";
import type { Resolved } from "../transition/event.ts";

/** What a saga that needs a human was about to do. */
function actionOf({ saga: { phase } }: FoundSaga): Action {
  return phase.name === "needs-intervention" ? phase.action : "run";
}

/**
 * What a step gave, as an operator says it; nothing for one that was undone.
 *
 * @throws OperationRefused where it is not what the step gives.
 */
export function readResult(found: FoundSaga, step: string, result: unknown): JsonObject {
  const handler = found.controller.handlers.find((candidate) => candidate.step === step);
  if (!handler || actionOf(found) === "rollback") return {};
  try {
    return parseStable(handler.gives, result ?? {}, `The result of "${step}"`);
  } catch (error) {
    throw error instanceof SchemaError
      ? new OperationRefused("invalid-result", error.message, undefined, { cause: error })
      : error;
  }
}

/**
 * The event that a human's answer is.
 *
 * @throws OperationRefused where it is wanted and does not say what the step gives.
 */
export function answerOf(found: FoundSaga, at: number, { step, applied, result, ...asking }: Answer): Resolved {
  const answer: Resolved = { type: "resolved", at, step, action: actionOf(found), applied, result: {}, ...asking };
  // Of an answer that is not wanted it does not matter what it says.
  const isWanted = applied && choiceOf(found.controller, found.saga, answer).allowed;
  return isWanted ? { ...answer, result: readResult(found, step, result) } : answer;
}
