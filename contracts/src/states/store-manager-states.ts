import { z } from "zod";
import { requestStates } from "./request-states.ts";
import { type ProviderState, type ProviderStates, StateError, sendFor, state } from "./state.ts";

const orderOf = z.object({ user_id: z.int(), product_id: z.int(), quantity: z.int() });
const created = z.object({ order_id: z.int() });
const stockOf = z.object({ product_id: z.int(), quantity: z.int() });

/** Puts a Store Manager into the states of the pacts, through its own API. */
export const storeManagerStates: ProviderStates = {
  ...requestStates,

  "the user exists": userState(true),
  "the user does not exist": userState(false),
  "the product is sold": productState(true),
  "the product is not sold": productState(false),

  "the order exists": state(orderOf, async (order, { provider }) => ({ values: await createOrder(provider, order) })),

  "the order was deleted": state(orderOf, async (order, { provider }) => {
    const { order_id } = await createOrder(provider, order);
    await sendFor(z.object({ deleted: z.literal(true) }), `${provider}/orders/${order_id}`, "DELETE");
    return { values: { order_id } };
  }),

  "the order never existed": state(z.object({ order_id: z.int() }), async ({ order_id }, { provider }) => {
    await expectRow(`${provider}/orders/${order_id}`, false);
    return {};
  }),

  // The stock is set only if necessary, because that locks the product's row at the existing service.
  "enough of the product is in stock": state(stockOf, async (minimum, { provider }) => {
    const { quantity } = await sendFor(stockOf, `${provider}/stocks/${minimum.product_id}`, "GET");
    if (quantity < minimum.quantity) await setStock(provider, minimum);
    return {};
  }),

  "the stock of the product is": state(stockOf, async (stock, { provider }) => {
    await setStock(provider, stock);
    return {};
  }),
};

function userState(exists: boolean): ProviderState {
  return state(z.object({ user_id: z.int() }), async ({ user_id }, { provider }) => {
    await expectRow(`${provider}/users/${user_id}`, exists);
    return {};
  });
}

function productState(exists: boolean): ProviderState {
  return state(z.object({ product_id: z.int() }), async ({ product_id }, { provider }) => {
    await expectRow(`${provider}/products/${product_id}`, exists);
    return {};
  });
}

/** Sets an absolute quantity, and checks it. */
export async function setStock(storeManager: string, stock: z.output<typeof stockOf>): Promise<void> {
  await sendFor(z.unknown(), `${storeManager}/stocks`, "POST", { body: stock });
  const { quantity } = await sendFor(stockOf, `${storeManager}/stocks/${stock.product_id}`, "GET");
  if (quantity !== stock.quantity) throw new StateError(`the stock was set to ${stock.quantity} and is ${quantity}`);
}

async function createOrder(provider: string, { user_id, ...item }: z.output<typeof orderOf>) {
  return await sendFor(created, `${provider}/orders`, "POST", { body: { user_id, items: [item] } });
}

/** Checks whether a row exists. The service answers `{}` for an unknown one. */
export async function expectRow(url: string, exists: boolean): Promise<void> {
  const row = await sendFor(z.record(z.string(), z.unknown()), url, "GET");
  if (Object.keys(row).length > 0 !== exists) throw new StateError(`${url} should ${exists ? "" : "not "}exist`);
}
