import { getLogger } from "@logtape/logtape";
import { EmbeddedEngine, type FoundSaga, isAtRest, stateOf } from "saga-core";
import { sagaApp } from "saga-http";
import { SqliteJournal, systemClock } from "saga-sqlite";
import { v7 as uuidv7 } from "uuid";
import { type Config, policyOf } from "./config.ts";
import { orderInput, orderResult } from "./order/order.ts";
import { OrderSagaController } from "./order/order-saga.ts";
import { Payments } from "./participants/payments.ts";
import { StoreManager } from "./participants/store-manager.ts";

/** The orchestrator, ready to be served, and what ends it. */
export interface Orchestrator {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** How many sagas an earlier process had left unfinished; they go on. */
  readonly resumed: number;
  /** Refuses new sagas, lets those under way end within the grace, and closes the journal. */
  readonly stop: () => Promise<void>;
}

/** The only wiring: participants -> handlers -> controllers -> engine -> app. */
export async function compose(config: Config): Promise<Orchestrator> {
  const log = getLogger(["orchestrator"]);
  const order = orderSagaOf(config);
  const journal = new SqliteJournal(config.JOURNAL_PATH);
  const engine = new EmbeddedEngine({
    controllers: [order],
    journal,
    clock: systemClock,
    random: Math.random,
    newId: uuidv7,
    sagasInFlightMax: config.SAGAS_IN_FLIGHT_MAX,
    onDefect: (error, sagaId) => log.error("Saga {sagaId} is stopped until the next start: {error}", { sagaId, error }),
  });
  engine.subscribe((found) => {
    if (isAtRest(found.saga)) logEnd(found);
  });
  const app = sagaApp({
    engine,
    index: journal,
    clock: systemClock,
    resources: [{ controller: order, input: orderInput, result: orderResult }],
    syncWaitMsMax: config.SYNC_WAIT_MS_MAX,
    onError: (error) => log.error("A request could not be answered: {error}", { error }),
  });
  const resumed = await engine.resume();
  const stop = async () => {
    await engine.drain(config.SHUTDOWN_GRACE_MS);
    journal.close();
  };
  return { fetch: (request) => app.fetch(request), resumed, stop };
}

/** The order saga at the participants that the configuration names. */
export function orderSagaOf(config: Config): OrderSagaController {
  const callTimeoutMs = config.CALL_TIMEOUT_MS;
  const storeManager = new StoreManager({ url: config.STORE_MANAGER_URL, keyed: config.STORE_MANAGER_KEYED, callTimeoutMs });
  const payments = new Payments({ url: config.PAYMENTS_URL, keyed: config.PAYMENTS_KEYED, callTimeoutMs });
  return new OrderSagaController({ storeManager, payments }, policyOf(config));
}

function logEnd({ saga, controller }: FoundSaga): void {
  const log = getLogger(["orchestrator", saga.definition]);
  const facts = { sagaId: saga.id, state: stateOf(controller, saga), durationMs: saga.updatedAt - saga.createdAt };
  switch (saga.phase.name) {
    case "completed":
      log.info("Saga {sagaId} is {state} after {durationMs} ms", facts);
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
