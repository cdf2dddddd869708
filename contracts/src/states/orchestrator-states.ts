import { z } from "zod";
import { type ProviderStates, StateError, sendFor, setFault, state } from "./state.ts";
import { expectRow, setStock } from "./store-manager-states.ts";

/** How an orchestrator is put into the states that the pacts name: through its own API, and at the services behind it. */
export const orchestratorStates: ProviderStates = {
  // Its participants are up, and know the user and the product of the order.
  "everything can be done": state(z.object({}), async (_none, { provider }) => {
    await sendFor(z.object({ status: z.literal("ok") }), `${provider}/health-check`, "GET");
    return {};
  }),

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
    (_none, { payments }) =>
      setFault(known(payments), { route: "POST /payments", fault: "status", status: 503, retry_after_s: 0 }),
    "payments-control",
  ),

  "an order was carried out": state(
    z.object({ user_id: z.int(), product_id: z.int(), quantity: z.int() }),
    async ({ user_id, ...item }, { provider }) => {
      const completed = z.object({ saga_id: z.string(), state: z.literal("COMPLETED") });
      const { saga_id } = await sendFor(completed, `${provider}/saga/order`, "POST", { body: { user_id, items: [item] } });
      return { values: { saga_id } };
    },
  ),
};

function known(url: string | undefined): string {
  if (url === undefined) throw new StateError("it is not said where the service behind the orchestrator is");
  return url;
}
