import { getLogger } from "@logtape/logtape";
import { systemClock } from "saga-clock";
import type { ParticipantState } from "saga-core";
import { sagaApp } from "saga-http";
import { type Config, gateLimitsOf, HOUR_MS, policyOf } from "./config.ts";
import type { ComposeEngine } from "./engines/composed-engine.ts";
import { composeEmbedded } from "./engines/embedded.ts";
import { orderInput, orderResult } from "./order/order.ts";
import { OrderSagaController } from "./order/order-saga.ts";
import { Payments } from "./participants/payments.ts";
import { StoreManager } from "./participants/store-manager.ts";

/** The orchestrator, ready to be served, and what ends it. */
export interface Orchestrator {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** How many sagas had not ended when it began; they go on. */
  readonly open: number;
  /** Rejects when nothing can go on in this process, and the next one resumes what is recorded. */
  readonly failed: Promise<never>;
  /** Refuses new sagas, and lets those under way end within the grace. Requests are still answered. */
  readonly drain: () => Promise<void>;
  /** Lets go of what holds the sagas; nothing may be asked any more. */
  readonly close: () => Promise<void>;
}

const engines: Readonly<Record<Config["ENGINE"], ComposeEngine>> = {
  embedded: composeEmbedded,
  // Restate's SDK is loaded only where it is used.
  restate: async (config, parts) => (await import("./engines/restate.ts")).composeRestate(config, parts),
};

/** The only wiring: participants -> handlers -> controllers -> engine -> app. */
export async function compose(config: Config): Promise<Orchestrator> {
  const log = getLogger(["orchestrator"]);
  const order = orderSagaOf(config);
  const { engine, index, open, unreadiness, failed, drain, close } = await engines[config.ENGINE](config, {
    controllers: [order],
    gateLimits: gateLimitsOf(config),
    onDefect: (error, sagaId) => log.error("A defect met saga {sagaId}: {error}", { sagaId, error }),
    onCircuit: logCircuit,
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
    index,
    clock: systemClock,
    resources: [{ controller: order, input: orderInput, result: orderResult }],
    syncWaitMsMax: config.SYNC_WAIT_MS_MAX,
    unreadiness: () => (isDraining ? "The orchestrator is stopping." : unreadiness()),
    onError: (error) => log.error("A request could not be answered: {error}", { error }),
  });
  return {
    fetch: (request) => app.fetch(request),
    open,
    failed,
    drain: () => {
      isDraining = true;
      return drain();
    },
    close,
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
