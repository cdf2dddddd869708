import { type Attempt, CompensatableHandler, givesNothing, type Outcome } from "saga-core";
import type { StoreManager } from "../participants/store-manager.ts";
import type { OrderInput } from "./order.ts";

/** Takes the ordered items out of the Store Manager's stock. Its rollback puts them back. */
export class DecreaseStock extends CompensatableHandler<OrderInput> {
  override readonly step = "decrease-stock";
  override readonly words = {
    state: "DECREASING_STOCK",
    done: "StockDecreased",
    failed: "StockDecreaseFailed",
    undoing: "INCREASING_STOCK",
    undone: "StockIncreased",
  } as const;
  override readonly participant;
  override readonly gives = givesNothing;
  readonly #storeManager: StoreManager;

  constructor(storeManager: StoreManager) {
    super();
    this.participant = storeManager.participant;
    this.#storeManager = storeManager;
  }

  override async run({ items }: OrderInput, attempt: Attempt): Promise<Outcome> {
    return await this.#storeManager.decreaseStock(items, attempt);
  }

  override whatIsKnown(): string {
    return this.#storeManager.knownOfStock;
  }

  override async rollback({ items }: OrderInput, attempt: Attempt): Promise<Outcome> {
    return await this.#storeManager.increaseStock(items, attempt);
  }
}
