import { type Attempt, CompensatableHandler, type Outcome, type Schema } from "saga-core";
import { z } from "zod";
import type { StoreManager } from "../participants/store-manager.ts";
import type { OrderInput } from "./order.ts";

const gives = z.object({ order_id: z.int() });

export type CreatedOrder = z.output<typeof gives>;

/** Creates the order at the Store Manager. Its rollback deletes the order. It gives the order's id. */
export class CreateOrder extends CompensatableHandler<OrderInput, CreatedOrder> {
  override readonly step = "create-order";
  override readonly words = {
    state: "CREATING_ORDER",
    done: "OrderCreated",
    failed: "OrderCreationFailed",
    undoing: "CANCELLING_ORDER",
    undone: "OrderCancelled",
  } as const;
  override readonly participant;
  override readonly gives: Schema<CreatedOrder> = gives;
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
    return await this.#storeManager.createOrder({ user_id, items }, attempt);
  }

  override whatIsKnown(data: Readonly<Record<string, unknown>>): string {
    return this.#storeManager.knownOfOrder(gives.safeParse(data).data?.order_id);
  }

  override async rollback({ order_id }: CreatedOrder, attempt: Attempt): Promise<Outcome> {
    return await this.#storeManager.deleteOrder(order_id, attempt);
  }
}
