import { getLogger } from "@logtape/logtape";
import { type SagaListener, stateOf } from "saga-core";
import { isAtRest, redacted } from "saga-core/engine";

/** Logs that a saga has come to rest, and each late signal; of what is under way it says nothing. */
export const logEnd: SagaListener = (found, event) => {
  const { controller, saga } = found;
  const log = getLogger(["orchestrator", saga.definition]);
  // After the end nothing else is recorded, and neither is another end.
  if (event.type === "acknowledged") return;
  const { type, at } = event;
  const late = type === "signalled" && saga.lateSignals?.some(({ step, at: lateAt }) => step === event.step && lateAt === at);
  if (late === true) {
    const facts = { sagaId: saga.id, step: event.step, state: stateOf(controller, saga) };
    log.warn("Saga {sagaId} in {state} has a late signal for {step}, which it lists until a person acknowledges it", facts);
    return;
  }
  if (!isAtRest(saga)) return;
  const facts = { sagaId: saga.id, state: stateOf(controller, saga), durationMs: saga.updatedAt - saga.createdAt };
  // A participant may have said a secret.
  const { phase } = redacted(found);
  switch (phase.name) {
    case "completed":
      log.debug("Saga {sagaId} is {state} after {durationMs} ms", facts);
      return;
    case "cancelled":
      log.info("Saga {sagaId} is {state} after {durationMs} ms: {reason}", { ...facts, ...phase.turn });
      return;
    case "needs-intervention":
      log.warn("Saga {sagaId} needs a human in {state}, step {step}: {reason}", {
        ...facts,
        step: phase.step,
        reason: phase.reason,
      });
      return;
    case "forward":
    case "settling":
    case "undoing":
      return;
  }
};
