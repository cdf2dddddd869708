import { Mock } from "mock-kit";
import { storeRoutes } from "./routes.ts";
import { Store } from "./store.ts";

/** The existing Store Manager, in memory. */
export function makeStoreManager({ keyed }: { readonly keyed: boolean }): Mock {
  const store = new Store();
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
