import type { EmbeddedEngine } from "saga-core";
import { CheckoutController, widgetStoreServices } from "./widget-store.ts";

const input = { widgets: 2, email: "ada@example.org" };
const [yes, no] = [{ status: "paid" }, { status: "failed" }];

/** What `given` and `explore` answer its steps, and the signals that come: by the payment's id, at any instant and again. */
export const checkoutScenario = {
  definition: new CheckoutController(widgetStoreServices("http://127.0.0.1:1")),
  input,
  results: { "reserve-widgets": { reservation_id: "1" }, "open-payment": { payment_id: "2" } },
  signals: { "await-payment": { yes, no } },
  correlations: { "await-payment": "2" },
};

/** How it runs with fake services: the customer pays as soon as the saga waits for it. */
export const checkoutExample = {
  ids: { "inventory/reservations": "reservation_id", "payments/sessions": "payment_id" },
  services: widgetStoreServices,
  define: (services: ReturnType<typeof widgetStoreServices>) => new CheckoutController(services),
  input,
  signal: {
    in: "AWAITING_PAYMENT",
    send: (engine: EmbeddedEngine) => engine.signalBy("checkout", "await-payment", "2", yes),
  },
};
