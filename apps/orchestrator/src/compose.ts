import { getLogger } from "@logtape/logtape";
import { EmbeddedEngine, type FoundSaga, isAtRest, type ParticipantState, stateOf } from "saga-core";
import { sagaApp } from "saga-http";
import { keepPruning, SqliteJournal, systemClock } from "saga-sqlite";
import { v7 as uuidv7 } from "uuid";
import { type Config, gateLimitsOf, HOUR_MS, policyOf, retentionOf } from "./config.ts";
import { orderInput, orderResult } from "./order/order.ts";
import { OrderSagaController } from "./order/order-saga.ts";
import { Payments } from "./participants/payments.ts";
import { StoreManager } from "./participants/store-manager.ts";

/** The orchestrator, ready to be served, and what ends it. */
export interface Orchestrator {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** How many sagas an earlier process had left unfinished; they go on. */
  readonly resumed: number;
  /** Rejects when the journal contradicts this process: nothing can go on in it, and the next one resumes what is recorded. */
  readonly failed: Promise<never>;
  /** Refuses new sagas, and lets those under way end within the grace. Requests are still answered. */
  readonly drain: () => Promise<void>;
  /** Closes the journal; nothing may be asked any more. */
  readonly close: () => void;
}

/** The only wiring: participants -> handlers -> controllers -> engine -> app. */
export async function compose(config: Config): Promise<Orchestrator> {
  const log = getLogger(["orchestrator"]);
  const order = orderSagaOf(config);
  const contradiction = Promise.withResolvers<never>();
  // Whoever runs the process waits for it; a test need not.
  contradiction.promise.catch(() => undefined);
  const journal = new SqliteJournal(config.JOURNAL_PATH, {
    onFailure: (failure) => {
      if (failure) log.error("{failure} No saga is accepted, and those under way wait", { failure: failure.message });
      else log.info("The journal can be written again");
    },
    onContradiction: contradiction.reject,
    onMigration: (version) => log.info("The journal's schema is brought to the present one from version {version}", { version }),
  });
  const engine = new EmbeddedEngine({
    controllers: [order],
    journal,
    clock: systemClock,
    random: Math.random,
    newId: uuidv7,
    sagasInFlightMax: config.SAGAS_IN_FLIGHT_MAX,
    gateLimits: gateLimitsOf(config),
    onDefect: (error, sagaId) => log.error("A defect met saga {sagaId}: {error}", { sagaId, error }),
    onCircuit: logCircuit,
  });
  engine.subscribe((found) => {
    if (isAtRest(found.saga)) logEnd(found);
  });
  let isDraining = false;
  const app = sagaApp({
    info: {
      title: "Saga orchestrator",
      version: "0.1.0",
      description:
        "Carries a business transaction across services that share no database: all of it happens, or none of it does.",
    },
    engine,
    index: journal,
    clock: systemClock,
    resources: [{ controller: order, input: orderInput, result: orderResult }],
    syncWaitMsMax: config.SYNC_WAIT_MS_MAX,
    unreadiness: () => (isDraining ? "The orchestrator is stopping." : journal.failure?.message),
    onError: (error) => log.error("A request could not be answered: {error}", { error }),
  });
  const resumed = await engine.resume().catch((error: unknown) => {
    journal.close();
    throw error;
  });
  const stopPruning = keepPruning(journal, systemClock, retentionOf(config), (error) => {
    log.warn("Old sagas could not be deleted: {error}", { error });
  });
  return {
    fetch: (request) => app.fetch(request),
    resumed,
    failed: contradiction.promise,
    drain: () => {
      isDraining = true;
      return engine.drain(config.SHUTDOWN_GRACE_MS);
    },
    close: () => {
      stopPruning();
      journal.close();
    },
  };
}

/** The order saga at the participants that the configuration names. */
export function orderSagaOf(config: Config): OrderSagaController {
  const callTimeoutMs = config.CALL_TIMEOUT_MS;
  const storeManager = new StoreManager({
    url: config.STORE_MANAGER_URL,
    keyed: config.STORE_MANAGER_KEYED,
    keyRetentionMs: config.STORE_MANAGER_KEY_RETENTION_HOURS * HOUR_MS,
    callTimeoutMs,
  });
  const payments = new Payments({
    url: config.PAYMENTS_URL,
    keyed: config.PAYMENTS_KEYED,
    keyRetentionMs: config.PAYMENTS_KEY_RETENTION_HOURS * HOUR_MS,
    callTimeoutMs,
  });
  const participants = { storeManager, payments, paymentOrphanIsHarmless: config.PAYMENTS_ORPHAN_IS_HARMLESS };
  return new OrderSagaController(participants, policyOf(config));
}

function logCircuit({ participant, circuit, failures, waiting }: ParticipantState): void {
  const log = getLogger(["orchestrator", "participants"]);
  const facts = { participant, circuit, failures, waiting };
  if (circuit === "open")
    log.warn("{participant} gave no answer to {failures} calls in a row: it is left alone, and {waiting} sagas wait", facts);
  if (circuit === "half-open") log.info("One call tries whether {participant} is there again; {waiting} sagas wait", facts);
  if (circuit === "closed") log.info("{participant} is there again; {waiting} sagas go on", facts);
}

function logEnd({ saga, controller }: FoundSaga): void {
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
