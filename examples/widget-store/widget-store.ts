import { Controller, chain, defaultPolicy } from "saga-core";
import { HttpParticipant } from "saga-participant";
import { awaitPayment, checkout, dispatchOrder, openPayment, reserveWidgets } from "./steps.ts";

export const widgetStoreServices = (url: string) => ({
  inventory: new HttpParticipant({
    name: "inventory",
    url: `${url}/inventory`,
    keyed: true,
    callTimeoutMs: 5_000,
    refusals: [409],
  }),
  payments: new HttpParticipant({ name: "payments", url: `${url}/payments`, keyed: true, callTimeoutMs: 5_000, refusals: [409] }),
});

type WidgetStoreServices = ReturnType<typeof widgetStoreServices>;

/** Sells widgets: they are reserved, paid on the page of a payment provider, and dispatched. */
const checkoutChain = ({ inventory, payments }: WidgetStoreServices) =>
  chain(checkout).step(reserveWidgets(inventory)).step(openPayment(payments)).step(awaitPayment).step(dispatchOrder(inventory));

export class CheckoutController extends Controller<ReturnType<typeof checkoutChain>> {
  constructor(services: WidgetStoreServices) {
    super({ name: "checkout", version: 1, chain: checkoutChain(services), policy: defaultPolicy });
  }
}
