import type { Action } from "../definition/attempt.ts";
import { parseStable, SchemaError } from "../definition/schema.ts";
import type { JsonObject } from "../json.ts";
import { type FoundSaga, OperationRefused } from "../ports/engine.ts";

/** What a saga that needs a human was about to do. */
export function actionOf({ saga: { phase } }: FoundSaga): Action {
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
