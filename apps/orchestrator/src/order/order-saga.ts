import { Controller, chain, type EventOf, type Policy, type StateOf } from "saga-core";
import type { Payments } from "../participants/payments.ts";
import type { StoreManager } from "../participants/store-manager.ts";
import { CreateOrder } from "./create-order.ts";
import { CreatePayment } from "./create-payment.ts";
import { DecreaseStock } from "./decrease-stock.ts";
import { orderInput } from "./order.ts";
import { ReadAmount } from "./read-amount.ts";

export interface OrderParticipants {
  readonly storeManager: StoreManager;
  readonly payments: Payments;
  /** Whether the payment of a cancelled order is harmless (rule 3). Default: false. */
  readonly paymentOrphanIsHarmless?: boolean;
}

/**
 * Creates an order, takes its stock and creates its payment; if one of them cannot be done, none of them is. The amount is read directly
 * before the payment: there, what it gives is durable together with the record of the pivot.
 */
function orderChain({ storeManager, payments, paymentOrphanIsHarmless = false }: OrderParticipants) {
  return chain(orderInput)
    .step(new CreateOrder(storeManager))
    .step(new DecreaseStock(storeManager))
    .step(new ReadAmount(storeManager))
    .step(new CreatePayment(payments, paymentOrphanIsHarmless));
}

type OrderChain = ReturnType<typeof orderChain>;

export class OrderSagaController extends Controller<OrderChain> {
  constructor(participants: OrderParticipants, policy: Policy) {
    super({ name: "order", version: 2, chain: orderChain(participants), policy, columns: ["order_id", "total_amount"] });
  }
}

export type OrderState = StateOf<OrderSagaController>;
export type OrderEvent = EventOf<OrderSagaController>;
