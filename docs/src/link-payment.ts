import { CreateOrder, CreatePayment, DecreaseStock, orderInput, ReadAmount } from "orchestrator/order";
import type { Payments, StoreManager } from "orchestrator/participants";
import { type Attempt, Controller, chain, defaultPolicy, givesNothing, type Outcome, RetriableHandler } from "saga-core";

interface Paid {
  readonly order_id: number;
  readonly payment_id: number;
}

/** Writes the payment's link back to the order: after the pivot, so that it is repeated until it is done. */
export class LinkPayment extends RetriableHandler<Paid> {
  override readonly step = "link-payment";
  override readonly words = { state: "LINKING_PAYMENT", done: "PaymentLinked" } as const;
  override readonly participant;
  override readonly gives = givesNothing;
  readonly #storeManager: StoreManager;

  constructor(storeManager: StoreManager) {
    super();
    this.participant = storeManager.participant;
    this.#storeManager = storeManager;
  }

  override async run({ order_id, payment_id }: Paid, attempt: Attempt): Promise<Outcome> {
    return await this.#storeManager.linkPayment({ order_id, payment_id }, attempt);
  }
}

const linkedOrderChain = (storeManager: StoreManager, payments: Payments) =>
  chain(orderInput)
    .step(new CreateOrder(storeManager))
    .step(new DecreaseStock(storeManager))
    .step(new ReadAmount(storeManager))
    .step(new CreatePayment(payments, false))
    .step(new LinkPayment(storeManager));

export class LinkedOrderSagaController extends Controller<ReturnType<typeof linkedOrderChain>> {
  constructor(storeManager: StoreManager, payments: Payments) {
    super({ name: "order", version: 3, chain: linkedOrderChain(storeManager, payments), policy: defaultPolicy });
  }
}
