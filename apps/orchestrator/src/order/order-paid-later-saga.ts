import { Controller, chain, type Policy } from "saga-core";
import type { Payments } from "../participants/payments.ts";
import type { StoreManager } from "../participants/store-manager.ts";
import { AwaitPayment } from "./await-payment.ts";
import { CreateOrder } from "./create-order.ts";
import { DecreaseStock } from "./decrease-stock.ts";
import { OpenPayment } from "./open-payment.ts";
import { orderInput } from "./order.ts";
import { ReadAmount } from "./read-amount.ts";

export interface PaidLaterOptions {
  readonly storeManager: StoreManager;
  readonly payments: Payments;
  /** How long an order waits for its payment, in milliseconds. */
  readonly waitMs: number;
}

/** Creates an order, takes its stock, opens its payment and waits until the customer has paid; without a payment in time, none of it remains. */
function paidLaterChain({ storeManager, payments, waitMs }: PaidLaterOptions) {
  return chain(orderInput)
    .step(new CreateOrder(storeManager))
    .step(new DecreaseStock(storeManager))
    .step(new ReadAmount(storeManager))
    .step(new OpenPayment(payments))
    .step(new AwaitPayment(waitMs));
}

export class OrderPaidLaterSagaController extends Controller<ReturnType<typeof paidLaterChain>> {
  constructor(options: PaidLaterOptions, policy: Policy) {
    super({
      name: "order-paid-later",
      version: 1,
      chain: paidLaterChain(options),
      policy,
      columns: ["order_id", "total_amount"],
    });
  }
}
