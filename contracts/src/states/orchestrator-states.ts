import { z } from "zod";
import { requestStates } from "./request-states.ts";
import { type ProviderStates, StateError, sendFor, setFault, state } from "./state.ts";
import { expectRow, setStock } from "./store-manager-states.ts";

const orderOf = z.object({ user_id: z.int(), product_id: z.int(), quantity: z.int() });

/** How an orchestrator is put into the states that the pacts name: through its own API, and at the services behind it. */
export const orchestratorStates: ProviderStates = {
  ...requestStates,

  "everything can be done": state(
    orderOf,
    async (order, { storeManager }) => {
      await makePossible(order, known(storeManager));
      return {};
    },
    "store-manager",
  ),

  "the product is not sold": state(
    z.object({ product_id: z.int() }),
    async ({ product_id }, { storeManager }) => {
      await expectRow(`${known(storeManager)}/products/${product_id}`, false);
      return {};
    },
    "store-manager",
  ),

  "the stock of the product is": state(
    z.object({ product_id: z.int(), quantity: z.int() }),
    async (stock, { storeManager }) => {
      await setStock(known(storeManager), stock);
      return {};
    },
    "store-manager",
  ),

  "Payments cannot be reached": state(
    z.object({}),
    async (_none, { payments }) => {
      await setFault(known(payments), { route: "POST /payments", fault: "status", status: 503, retry_after_s: 0 });
      return {};
    },
    "payments-control",
  ),

  "an order was carried out": state(
    orderOf,
    async ({ user_id, ...item }, { provider, storeManager }) => {
      await makePossible({ user_id, ...item }, known(storeManager));
      const completed = z.object({ saga_id: z.string(), state: z.literal("COMPLETED") });
      const { saga_id } = await sendFor(completed, `${provider}/saga/order`, "POST", { body: { user_id, items: [item] } });
      return { values: { saga_id } };
    },
    "store-manager",
  ),
};

/** Its user and its product are known, and there is enough of it. */
async function makePossible({ user_id, product_id, quantity }: z.output<typeof orderOf>, storeManager: string): Promise<void> {
  await expectRow(`${storeManager}/users/${user_id}`, true);
  await expectRow(`${storeManager}/products/${product_id}`, true);
  await setStock(storeManager, { product_id, quantity });
}

function known(url: string | undefined): string {
  if (url === undefined) throw new StateError("it is not said where the service behind the orchestrator is");
  return url;
}
