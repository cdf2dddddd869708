import { type Attempt, CompensatableHandler, done, type Outcome, unknown } from "saga-core";
import { z } from "zod";
import type { StoreManager } from "../participants/store-manager.ts";
import type { OrderInput } from "./order.ts";

const gives = z.object({ order_id: z.int(), total_amount: z.number() });

type CreatedOrder = z.output<typeof gives>;

/** How often one attempt reads the amount. */
const READS_MAX = 3;

/**
 * The first step of version 1: it creates the order and reads its amount, as one step. An order whose amount cannot be read is in doubt
 * although its id is known, which is why version 2 has a step of its own for the amount.
 */
export class CreateOrderV1 extends CompensatableHandler<OrderInput, CreatedOrder> {
  override readonly step = "create-order";
  override readonly words = {
    state: "CREATING_ORDER",
    done: "OrderCreated",
    failed: "OrderCreationFailed",
    undoing: "CANCELLING_ORDER",
    undone: "OrderCancelled",
  } as const;
  override readonly participant;
  override readonly gives = gives;
  override readonly rollbackIsRepeatable = true;
  /** MySQL before version 8 gives the id of the newest order out again, once that order is deleted and the server restarted. */
  override readonly rollbackId = "order_id";
  readonly #storeManager: StoreManager;

  constructor(storeManager: StoreManager) {
    super();
    this.participant = storeManager.participant;
    this.#storeManager = storeManager;
  }

  override async run({ user_id, items }: OrderInput, attempt: Attempt): Promise<Outcome<CreatedOrder>> {
    const created = await this.#storeManager.createOrder({ user_id, items }, attempt);
    if (created.outcome !== "done") return created;
    const { order_id } = created.result;
    const read = await this.#readAmount(order_id, attempt);
    if (read.outcome === "done") return done({ order_id, total_amount: read.result.total_amount });
    // The order exists: the step had an effect, but is not done without the amount.
    return unknown(`order ${order_id} was created, but its amount could not be read: ${read.reason}`);
  }

  /** A read changes nothing, so it is repeated at once: otherwise an order at an unkeyed service would need a human. */
  async #readAmount(orderId: number, attempt: Attempt): Promise<Outcome<Pick<CreatedOrder, "total_amount">>> {
    let read = await this.#storeManager.readTotalAmount(orderId, attempt);
    for (let tries = 1; tries < READS_MAX && read.outcome !== "done"; tries += 1) {
      read = await this.#storeManager.readTotalAmount(orderId, attempt);
    }
    return read;
  }

  override whatIsKnown(data: Readonly<Record<string, unknown>>): string {
    return this.#storeManager.knownOfOrder(gives.safeParse(data).data?.order_id);
  }

  override async rollback({ order_id }: CreatedOrder, attempt: Attempt): Promise<Outcome> {
    return await this.#storeManager.deleteOrder(order_id, attempt);
  }
}
