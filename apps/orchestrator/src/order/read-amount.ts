import { type Outcome, type ReadAttempt, ReadHandler } from "saga-core";
import { z } from "zod";
import type { StoreManager } from "../participants/store-manager.ts";
import type { CreatedOrder } from "./create-order.ts";

const gives = z.object({ total_amount: z.number() });

export type OrderAmount = z.output<typeof gives>;

/** Reads the price of the order, which the Store Manager computed. The payment is for this amount. */
export class ReadAmount extends ReadHandler<CreatedOrder, OrderAmount> {
  override readonly step = "read-amount";
  override readonly participant;
  override readonly gives = gives;
  readonly #storeManager: StoreManager;

  constructor(storeManager: StoreManager) {
    super();
    this.participant = storeManager.participant;
    this.#storeManager = storeManager;
  }

  override async run({ order_id }: CreatedOrder, attempt: ReadAttempt): Promise<Outcome<OrderAmount>> {
    return await this.#storeManager.readTotalAmount(order_id, attempt);
  }
}
