import { type Attempt, done, type Outcome, unknown } from "saga-core";
import { z } from "zod";
import type { StoreManager } from "../participants/store-manager.ts";
import { CreateOrder } from "./create-order.ts";
import type { OrderInput } from "./order.ts";

const gives = z.object({ order_id: z.int(), total_amount: z.number() });

type PricedOrder = z.output<typeof gives>;

/** How often one attempt reads the amount. */
const READS_MAX = 3;

/**
 * The first step of version 1: it creates the order and reads its amount, as one step. An order whose amount cannot be read is in doubt
 * although its id is known, which is why version 2 has a step of its own for the amount.
 */
export class CreateOrderV1 extends CreateOrder {
  override readonly gives = gives;
  readonly #storeManager: StoreManager;

  constructor(storeManager: StoreManager) {
    super(storeManager);
    this.#storeManager = storeManager;
  }

  override async run(order: OrderInput, attempt: Attempt): Promise<Outcome<PricedOrder>> {
    const created = await super.run(order, attempt);
    if (created.outcome !== "done") return created;
    const { order_id } = created.result;
    const read = await this.#readAmount(order_id, attempt);
    if (read.outcome === "done") return done({ order_id, total_amount: read.result.total_amount });
    // The order exists: the step had an effect, but is not done without the amount.
    return unknown(`order ${order_id} was created, but its amount could not be read: ${read.reason}`);
  }

  /** A read changes nothing, so it is repeated at once: otherwise an order at an unkeyed service would need a human. */
  async #readAmount(orderId: number, attempt: Attempt): Promise<Outcome<Pick<PricedOrder, "total_amount">>> {
    let read = await this.#storeManager.readTotalAmount(orderId, attempt);
    for (let tries = 1; tries < READS_MAX && read.outcome !== "done"; tries += 1) {
      read = await this.#storeManager.readTotalAmount(orderId, attempt);
    }
    return read;
  }
}
