import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { OrderStack } from "./testing/stack/order-stack.ts";

const POLL_MS = 20;
/** No rollback is repeated before somebody requests it: an hour. */
const BACKOFF_MS = "3600000";

const sagaView = z.looseObject({ saga_id: z.string(), status: z.string(), explanation: z.string().default("") });
const order = { user_id: 1, items: [{ product_id: 3, quantity: 1 }] };

let stack: OrderStack;

beforeEach(async () => {
  stack = await OrderStack.start({
    keyed: false,
    reusesIds: true,
    variables: { RETRY_BACKOFF_MS_BASE: BACKOFF_MS, RETRY_BACKOFF_MS_MAX: BACKOFF_MS },
  });
});

afterEach(() => stack.stop());

const view = async (id: string) => sagaView.parse((await stack.request(`/sagas/${id}`)).body);

async function post(path: string, body: object): Promise<number> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return (await stack.request(path, init)).status;
}

/** Repeats the deletion now. */
async function repeat(id: string) {
  await post(`/sagas/${id}/retry`, { note: "now" });
  return await untilRest(id);
}

async function untilRest(id: string) {
  while (true) {
    const saga = await view(id);
    if (saga.status !== "running") return saga;
    await setTimeout(POLL_MS);
  }
}

/** Places an order that is undone, and whose deletion is done and in doubt: its answer is lost. */
async function placeUndoneOrder(): Promise<string> {
  await stack.fault(stack.payments, { route: "POST /payments", fault: "status", status: 402, times: 1 });
  await stack.fault(stack.storeManager, { route: "DELETE /orders/{order_id}", fault: "drop_after", times: 1 });
  const { saga_id } = sagaView.parse((await stack.order(order, { prefer: "respond-async" })).body);
  while (!(await view(saga_id)).explanation.includes("undoing create-order was applied")) await setTimeout(POLL_MS);
  return saga_id;
}

describe("the deletion of an order, whose answer was lost", () => {
  it("is not repeated when a completed order has the id now: it needs a human, and the other order stands", async () => {
    const undone = await placeUndoneOrder();
    const other = sagaView.parse((await stack.order(order)).body);
    expect(other).toMatchObject({ status: "OK", order_id: 1 });
    const { status, explanation } = await repeat(undone);
    expect(status).toBe("needs_intervention");
    expect(explanation).toContain(`the same id was given to saga ${other.saga_id} since`);
    expect(await stack.effects()).toMatchObject({ orders: 1, payments: 1 });
    const resolution = { step: "create-order", applied: true, note: "the order is gone", by: "ada" };
    expect(await post(`/sagas/${undone}/resolve`, resolution)).toBe(200);
    expect((await untilRest(undone)).status).toBe("cancelled");
    expect((await stack.effects()).orders).toBe(1);
  });

  it("is repeated when no order has the id", async () => {
    expect((await repeat(await placeUndoneOrder())).status).toBe("cancelled");
    expect(await stack.effects()).toMatchObject({ orders: 0, payments: 0 });
  });
});
