import { getLogger } from "@logtape/logtape";
import { type FoundSaga, stateOf } from "saga-core";
import { isAtRest } from "saga-core/engine";

/** Logs that a saga has come to rest; of what is under way it says nothing. */
export function logEnd({ saga, controller }: FoundSaga): void {
  if (!isAtRest(saga)) return;
  const log = getLogger(["orchestrator", saga.definition]);
  const facts = { sagaId: saga.id, state: stateOf(controller, saga), durationMs: saga.updatedAt - saga.createdAt };
  switch (saga.phase.name) {
    case "completed":
      log.debug("Saga {sagaId} is {state} after {durationMs} ms", facts);
      return;
    case "cancelled":
      log.info("Saga {sagaId} is {state} after {durationMs} ms: {reason}", { ...facts, ...saga.phase.turn });
      return;
    case "needs-intervention":
      log.warn("Saga {sagaId} needs a human in {state}, step {step}: {reason}", {
        ...facts,
        step: saga.phase.step,
        reason: saga.phase.reason,
      });
      return;
    case "forward":
    case "settling":
    case "undoing":
      return;
  }
}
