import { Controller, chain, type Policy } from "saga-core";
import { CreateOrderV1 } from "./create-order-v1.ts";
import { CreatePayment } from "./create-payment.ts";
import { DecreaseStock } from "./decrease-stock.ts";
import { orderInput, recordedOrderInput } from "./order.ts";
import type { OrderParticipants } from "./order-saga.ts";

function orderChain({ storeManager, payments, paymentOrphanIsHarmless = false }: OrderParticipants) {
  return chain(orderInput, { recorded: recordedOrderInput })
    .step(new CreateOrderV1(storeManager))
    .step(new DecreaseStock(storeManager))
    .step(new CreatePayment(payments, paymentOrphanIsHarmless));
}

type OrderChain = ReturnType<typeof orderChain>;

/**
 * Version 1 of the order saga. It starts no saga any more; it stays registered so that those in a journal or at a Restate go on and end
 * (rule 11).
 */
export class OrderSagaV1Controller extends Controller<OrderChain> {
  constructor(participants: OrderParticipants, policy: Policy) {
    super({ name: "order", version: 1, chain: orderChain(participants), policy });
  }
}
