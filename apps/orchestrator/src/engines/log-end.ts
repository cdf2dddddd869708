import { getLogger } from "@logtape/logtape";
import { type SagaListener, stateOf } from "saga-core";
import { cameToRest, isLateSignal } from "./came-to-rest.ts";

/** Logs that a saga has come to rest, and each late signal; of what is under way it says nothing. */
export const logEnd: SagaListener = (found, event) => {
  const { saga, controller } = found;
  const log = getLogger(["orchestrator", saga.definition]);
  if (isLateSignal(found, event)) {
    const facts = { sagaId: saga.id, step: event.step, state: stateOf(controller, saga) };
    log.warn("Saga {sagaId} in {state} has a late signal for {step}, which it lists until a person acknowledges it", facts);
    return;
  }
  const rest = cameToRest(found, event);
  if (!rest) return;
  const facts = { sagaId: saga.id, state: stateOf(controller, saga), durationMs: saga.updatedAt - saga.createdAt };
  switch (rest.name) {
    case "completed":
      log.debug("Saga {sagaId} is {state} after {durationMs} ms", facts);
      return;
    case "cancelled":
      log.info("Saga {sagaId} is {state} after {durationMs} ms: {reason}", { ...facts, ...rest.turn });
      return;
    case "needs-intervention":
      log.warn("Saga {sagaId} needs a human in {state}, step {step}: {reason}", {
        ...facts,
        step: rest.step,
        reason: rest.reason,
      });
      return;
  }
};
