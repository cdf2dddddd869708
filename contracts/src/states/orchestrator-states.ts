import { z } from "zod";
import { send } from "../http.ts";
import { requestStates } from "./request-states.ts";
import { type ProviderState, type ProviderStates, type Services, StateError, sendFor, setFault, state } from "./state.ts";
import { expectRow, setStock } from "./store-manager-states.ts";
import { until } from "./until.ts";

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

  "an order waits for its payment": state(
    orderOf,
    async (order, services) => ({ values: await placePaidLater(order, services) }),
    "order-paid-later",
  ),

  "an order waits for its payment, and is cancelled after the request": state(
    orderOf,
    async (order, services) => {
      const placed = await placePaidLater(order, services);
      const cancel = `${services.provider}/sagas/${placed.saga_id}/cancel`;
      return { values: placed, check: async () => void (await sendFor(z.unknown(), cancel, "POST")) };
    },
    "order-paid-later",
  ),

  "an order needs a human": state(
    orderOf,
    async (order, services) => ({ values: { saga_id: await placeTroubled(order, services) } }),
    "both-controls",
  ),

  "the answer to the order was previewed": state(
    z.looseObject({ saga_id: z.string() }),
    async ({ saga_id, ...answer }, { provider }) => {
      const body = { ...answer, saga_ids: [saga_id], preview: true };
      const { token } = await sendFor(z.object({ token: z.string() }), `${provider}/sagas/resolve`, "POST", { body });
      return { values: { token } };
    },
    "both-controls",
  ),

  "the definition starts sagas": pauseState(false),

  "the definition is paused": pauseState(true),

  "the order was paid all the same": state(
    z.object({ saga_id: z.string() }),
    async ({ saga_id }, { provider }) => {
      const signal = `${provider}/sagas/${saga_id}/signals/await-payment`;
      const { status } = await send(signal, "POST", { body: { is_paid: true } });
      if (status !== 409) throw new StateError(`the signal was answered ${status}, and not that it came too late`);
      return {};
    },
    "order-paid-later",
  ),

  "an order was undone because nobody paid": state(
    orderOf,
    async (order, services) => {
      const placed = await placePaidLater(order, services);
      const saga = `${services.provider}/sagas/${placed.saga_id}`;
      await sendFor(z.unknown(), `${saga}/end-wait`, "POST", { body: { step: "await-payment", note: "nobody pays" } });
      await untilState(saga, "CANCELLED");
      return { values: placed };
    },
    "order-paid-later",
  ),
};

/** Places an order that is refused at its pivot, and cannot be deleted when it is undone. */
async function placeTroubled(
  { user_id, ...item }: z.output<typeof orderOf>,
  { provider, storeManager, payments }: Services,
): Promise<string> {
  await makeFulfillable({ user_id, ...item }, required(storeManager));
  await setFault(required(payments), { route: "POST /payments", fault: "status", status: 402, error: "declined", times: 1 });
  const inUse = { route: "DELETE /orders/{order_id}", fault: "status", status: 409, error: "in use", times: 1 };
  await setFault(required(storeManager), inUse);
  const placed = { body: { user_id, items: [item] }, prefer: "respond-async" };
  const { saga_id } = await sendFor(z.object({ saga_id: z.string() }), `${provider}/saga/order`, "POST", placed);
  const status = z.object({ status: z.string() });
  await until("the order needed a human", async () => {
    return (await sendFor(status, `${provider}/sagas/${saga_id}`, "GET")).status === "needs_intervention";
  });
  return saga_id;
}

/** Whether sagas of a definition start. Afterwards they do, for the interactions that follow. */
function pauseState(isPaused: boolean): ProviderState {
  return state(z.object({ definition: z.string() }), async ({ definition }, { provider }) => {
    const url = `${provider}/definitions/${definition}`;
    const resume = async () => void (await sendFor(z.unknown(), `${url}/resume`, "POST"));
    if (isPaused) await sendFor(z.unknown(), `${url}/pause`, "POST", { body: { note: "a state of a pact" } });
    else await resume();
    return { check: resume };
  });
}

/** Orders that are placed until one waits. A Payments API that was reset gives ids out again, and another order may have the first ones. */
const ORDERS_MAX = 10;

const paidLater = z.object({ status: z.string(), data: z.object({ order_id: z.int(), payment_id: z.int() }) });

/** Places an order that is paid later, and waits until it waits for its payment. */
async function placePaidLater({ user_id, ...item }: z.output<typeof orderOf>, { provider, storeManager }: Services) {
  const order = { body: { user_id, items: [item] }, prefer: "respond-async" };
  for (let orders = 0; orders < ORDERS_MAX; orders += 1) {
    await makeFulfillable({ user_id, ...item }, required(storeManager));
    const { saga_id } = await sendFor(z.object({ saga_id: z.string() }), `${provider}/saga/order-paid-later`, "POST", order);
    const saga = `${provider}/sagas/${saga_id}`;
    await untilState(saga, "AWAITING_PAYMENT");
    const { status, data } = await sendFor(paidLater, saga, "GET");
    if (status === "running") return { saga_id, ...data };
  }
  throw new StateError(`${ORDERS_MAX} orders were placed, and none waits for its payment`);
}

async function untilState(saga: string, state: string): Promise<void> {
  await until(`the saga was ${state}`, async () => {
    return (await sendFor(z.object({ state: z.string() }), saga, "GET")).state === state;
  });
}

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
