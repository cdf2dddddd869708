import { EmbeddedEngine } from "saga-core";
import { MemoryJournal, type SimulatedClock } from "saga-core/testing";
import { sagaApp } from "saga-http";
import { checkout, payment } from "./steps.ts";
import { CheckoutController, widgetStoreServices } from "./widget-store.ts";

/**
 * The store's API. A checkout starts with a POST to `/saga/checkout`. The webhook of the payment provider is a POST to `/signals/checkout/await-payment/`
 * and the payment's id. Its sagas live in memory; a store takes a durable journal and the system's clock (docs/own-saga.md).
 */
export async function storeApi(url: string, clock: SimulatedClock, onError: (error: unknown) => void) {
  const services = widgetStoreServices(url);
  const controller = new CheckoutController(services);
  const journal = new MemoryJournal();
  const ports = { journal, clock, random: Math.random, newId: () => crypto.randomUUID() };
  const engine = new EmbeddedEngine({ controllers: [controller], ...ports, sagasInFlightMax: 1_000, onDefect: onError });
  await engine.resume();
  const resources = [{ controller, input: checkout, result: payment }];
  const info = { title: "Widget store", version: "1" };
  const app = sagaApp({ info, resources, engine, index: journal, clock, syncWaitMsMax: 20_000, onError });
  const stop = async () => {
    await engine.drain(0);
    await Promise.all([services.inventory.close(), services.payments.close()]);
  };
  return { app, stop };
}
