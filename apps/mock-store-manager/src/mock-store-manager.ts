import { Mock } from "mock-kit";
import { storeRoutes } from "./routes.ts";
import { Store, type StoreOptions } from "./store.ts";

interface StoreManagerOptions extends Partial<StoreOptions> {
  readonly keyed: boolean;
}

/** The existing Store Manager, in memory. */
export function makeStoreManager({ keyed, isForgetful = false }: StoreManagerOptions): Mock {
  const store = new Store({ isForgetful });
  return new Mock({
    title: "Store Manager (mock)",
    keyed,
    routes: storeRoutes(store),
    state: () => ({
      orders: store.orders.map(({ order_id, user_id, total_amount, items }) => ({ order_id, user_id, total_amount, items })),
      stock: Object.fromEntries(store.stock),
    }),
    reset: () => store.reset(),
  });
}
