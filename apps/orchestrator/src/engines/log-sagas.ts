import { getLogger, type Logger } from "@logtape/logtape";
import { type FoundSaga, type Observer, type SagaEvent, stateOf } from "saga-core";
import { isOperation } from "saga-core/engine";
import { isLateSignal, newRestOf } from "./rest-phase.ts";

/**
 * Logs what becomes of sagas: that one turns back, ends or needs a human, each late signal, and what people request; each attempt for debugging.
 * What a participant or a person wrote stays in the saga's history: it may be personal.
 */
export function logSagas(): Observer {
  const loggers = new Map<string, Logger>();
  const logOf = (definition: string) => {
    const log = loggers.get(definition) ?? getLogger(["orchestrator", definition]);
    loggers.set(definition, log);
    return log;
  };
  return {
    happened: (found, event) => logEvent(logOf(found.saga.definition), found, event),
    attemptEnded: ({ sagaId, definition, step, call, number, direction, beganAt, trace }, { outcome, endedAt }) => {
      const log = logOf(definition);
      if (!log.isEnabledFor("debug")) return;
      const facts = { sagaId, step, call, number, direction, outcome: outcome.outcome, durationMs: endedAt - beganAt };
      const message = "Saga {sagaId}, step {step}: attempt {number} at {call} is {outcome} after {durationMs} ms";
      log.debug(message, { ...facts, ...traceOf(trace) });
    },
  };
}

function logEvent(log: Logger, found: FoundSaga, event: SagaEvent): void {
  const { saga, controller } = found;
  const { id: sagaId } = saga;
  if (isLateSignal(found, event)) {
    const facts = { sagaId, step: event.step, state: stateOf(controller, saga), ...traceOf(saga.trace) };
    log.warn("Saga {sagaId} in {state} has a late signal for {step}, which it lists until a person acknowledges it", facts);
    return;
  }
  if (isOperation(event)) {
    const facts = { sagaId, operation: event.type, state: stateOf(controller, saga), ...traceOf(saga.trace) };
    log.info("Saga {sagaId} in {state}: {operation} by a person", facts);
  }
  if (event.type === "closing-recorded") logTurn(log, found);
  logRest(log, found);
}

function logTurn(log: Logger, { saga, controller }: FoundSaga): void {
  const { phase } = saga;
  if (phase.name !== "undoing") return;
  const { cause, step } = phase.turn;
  const facts = { sagaId: saga.id, cause, step, state: stateOf(controller, saga), durationMs: saga.updatedAt - saga.createdAt };
  log.info("Saga {sagaId} turns back at {step} after {durationMs} ms ({cause}) and is in {state}", {
    ...facts,
    ...traceOf(saga.trace),
  });
}

function logRest(log: Logger, found: FoundSaga): void {
  const rest = newRestOf(found.saga);
  if (!rest) return;
  const { saga, controller } = found;
  const durationMs = saga.updatedAt - saga.createdAt;
  const facts = { sagaId: saga.id, state: stateOf(controller, saga), durationMs, ...traceOf(saga.trace) };
  switch (rest.name) {
    case "completed":
      log.info("Saga {sagaId} is {state} after {durationMs} ms", facts);
      return;
    case "cancelled": {
      const { cause, step } = rest.turn;
      log.info("Saga {sagaId} is {state} after {durationMs} ms, because of {step} ({cause})", { ...facts, cause, step });
      return;
    }
    case "needs-intervention": {
      const { step, action, reason } = rest;
      log.warn("Saga {sagaId} needs a human in {state}, step {step}: {reason}", { ...facts, step, action, reason });
      return;
    }
  }
}

/** The id by which the saga is found among traces. */
function traceOf(trace: FoundSaga["saga"]["trace"]): { readonly traceId?: string } {
  const [, traceId] = trace?.traceparent.split("-") ?? [];
  return traceId === undefined ? {} : { traceId };
}
