import { Mock } from "mock-kit";
import { type ReadStatus, storeRoutes } from "./routes.ts";
import { Store, type StoreOptions } from "./store.ts";

interface StoreManagerOptions extends Partial<StoreOptions> {
  readonly keyed: boolean;
  /** The bearer token that each call must have. Default: none is asked. */
  readonly requiredToken?: string;
  /** The file by which one that was killed comes back with what it had. Default: none. */
  readonly stateFile?: string;
  /** The status of a read of an order or a stock: 201 in the first template of the existing service, 200 in that of June 2026. */
  readonly readStatus?: ReadStatus;
}

/** The existing Store Manager, in memory. */
export function makeStoreManager(options: StoreManagerOptions): Mock {
  const { keyed, requiredToken, stateFile, isForgetful = false, reusesIds = false, readStatus = 201 } = options;
  const store = new Store({ isForgetful, reusesIds });
  return new Mock({
    title: "Store Manager (mock)",
    keyed,
    requiredToken,
    routes: storeRoutes(store, readStatus),
    state: () => ({
      orders: store.orders.map(({ order_id, user_id, total_amount, items }) => ({ order_id, user_id, total_amount, items })),
      stock: Object.fromEntries(store.stock),
    }),
    reset: () => store.reset(),
    ...(stateFile !== undefined && { stateFile }),
  });
}
