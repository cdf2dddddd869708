import { z } from "zod";
import { requestStates } from "./request-states.ts";
import { type ProviderStates, StateError, sendFor, setFault, state } from "./state.ts";
import { expectRow, setStock } from "./store-manager-states.ts";

const orderOf = z.object({ user_id: z.int(), product_id: z.int(), quantity: z.int() });

/** Puts an orchestrator into the states of the pacts, through its own API and the services behind it. */
export const orchestratorStates: ProviderStates = {
  ...requestStates,

  "the order can be fulfilled": state(
    orderOf,
    async (order, { storeManager }) => {
      await makeFulfillable(order, required(storeManager));
      return {};
    },
    "store-manager",
  ),

  "the product is not sold": state(
    z.object({ product_id: z.int() }),
    async ({ product_id }, { storeManager }) => {
      await expectRow(`${required(storeManager)}/products/${product_id}`, false);
      return {};
    },
    "store-manager",
  ),

  "the stock of the product is": state(
    z.object({ product_id: z.int(), quantity: z.int() }),
    async (stock, { storeManager }) => {
      await setStock(required(storeManager), stock);
      return {};
    },
    "store-manager",
  ),

  "Payments is unavailable": state(
    z.object({}),
    async (_none, { payments }) => {
      await setFault(required(payments), { route: "POST /payments", fault: "status", status: 503, retry_after_s: 0 });
      return {};
    },
    "payments-control",
  ),

  "an order was fulfilled": state(
    orderOf,
    async ({ user_id, ...item }, { provider, storeManager }) => {
      await makeFulfillable({ user_id, ...item }, required(storeManager));
      const completed = z.object({ saga_id: z.string(), state: z.literal("COMPLETED") });
      const { saga_id } = await sendFor(completed, `${provider}/saga/order`, "POST", { body: { user_id, items: [item] } });
      return { values: { saga_id } };
    },
    "store-manager",
  ),
};

/** Checks that the user and the product exist, and sets enough stock. */
async function makeFulfillable({ user_id, product_id, quantity }: z.output<typeof orderOf>, storeManager: string): Promise<void> {
  await expectRow(`${storeManager}/users/${user_id}`, true);
  await expectRow(`${storeManager}/products/${product_id}`, true);
  await setStock(storeManager, { product_id, quantity });
}

function required(url: string | undefined): string {
  if (url === undefined) throw new StateError("the URL of the service behind the orchestrator is missing");
  return url;
}
