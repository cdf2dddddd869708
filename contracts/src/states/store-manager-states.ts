import { z } from "zod";
import { requestStates } from "./request-states.ts";
import { type ProviderStates, StateError, sendFor, state } from "./state.ts";

const orderOf = z.object({ user_id: z.int(), product_id: z.int(), quantity: z.int() });
const created = z.object({ order_id: z.int() });
const stockOf = z.object({ product_id: z.int(), quantity: z.int() });

/** How a Store Manager is put into the states that the pacts name, through its own API. */
export const storeManagerStates: ProviderStates = {
  ...requestStates,

  "the user is known": state(z.object({ user_id: z.int() }), async ({ user_id }, { provider }) => {
    await expectRow(`${provider}/users/${user_id}`, true);
    return {};
  }),

  "the user is not known": state(z.object({ user_id: z.int() }), async ({ user_id }, { provider }) => {
    await expectRow(`${provider}/users/${user_id}`, false);
    return {};
  }),

  "the product is sold": state(z.object({ product_id: z.int() }), async ({ product_id }, { provider }) => {
    await expectRow(`${provider}/products/${product_id}`, true);
    return {};
  }),

  "the product is not sold": state(z.object({ product_id: z.int() }), async ({ product_id }, { provider }) => {
    await expectRow(`${provider}/products/${product_id}`, false);
    return {};
  }),

  "the order exists": state(orderOf, async (order, { provider }) => ({ values: await createOrder(provider, order) })),

  "the order was deleted": state(orderOf, async (order, { provider }) => {
    const { order_id } = await createOrder(provider, order);
    await sendFor(z.object({ deleted: z.literal(true) }), `${provider}/orders/${order_id}`, "DELETE");
    return { values: { order_id } };
  }),

  "the order never was": state(z.object({ order_id: z.int() }), async ({ order_id }, { provider }) => {
    await expectRow(`${provider}/orders/${order_id}`, false);
    return {};
  }),

  // Looked at first, because setting it locks the product's row at the existing service.
  "enough of the product is in stock": state(stockOf, async (wanted, { provider }) => {
    const { quantity } = await sendFor(stockOf, `${provider}/stocks/${wanted.product_id}`, "GET");
    if (quantity < wanted.quantity) await setStock(provider, wanted);
    return {};
  }),

  "the stock of the product is": state(stockOf, async (stock, { provider }) => {
    await setStock(provider, stock);
    return {};
  }),
};

/** Sets an absolute quantity, and looks whether it is there. */
export async function setStock(storeManager: string, stock: z.output<typeof stockOf>): Promise<void> {
  await sendFor(z.unknown(), `${storeManager}/stocks`, "POST", { body: stock });
  const { quantity } = await sendFor(stockOf, `${storeManager}/stocks/${stock.product_id}`, "GET");
  if (quantity !== stock.quantity) throw new StateError(`the stock was set to ${stock.quantity} and is ${quantity}`);
}

async function createOrder(provider: string, { user_id, ...item }: z.output<typeof orderOf>) {
  return await sendFor(created, `${provider}/orders`, "POST", { body: { user_id, items: [item] } });
}

/** The service answers `{}` for what it does not know. */
export async function expectRow(url: string, isThere: boolean): Promise<void> {
  const row = await sendFor(z.record(z.string(), z.unknown()), url, "GET");
  if (Object.keys(row).length > 0 !== isThere) throw new StateError(`${url} should ${isThere ? "" : "not "}be there`);
}
