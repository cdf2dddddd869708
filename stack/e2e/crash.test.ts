import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Stack } from "../src/stack.ts";
import { addUp } from "../src/sums.ts";
import { WebClient } from "../src/web-client.ts";
import { call, paymentState, storeState } from "../src/wire.ts";

let stack: Stack;

beforeEach(async () => {
  stack = await Stack.start({ variables: { CALL_TIMEOUT_MS: "400" } });
});
afterEach(() => stack.stop());

const saga = z.looseObject({ saga_id: z.string(), status: z.string() });
const list = z.object({ items: z.array(saga) });

const client = () => new WebClient(stack.orchestrator.url);

async function orderAsync(product_id = 1): Promise<string> {
  const order = { user_id: 1, items: [{ product_id, quantity: 1 }] };
  const answer = await client().placeOrder(order, { prefer: "respond-async" });
  if (answer.kind !== "pending") throw new Error(`The order should have been accepted: ${answer.kind}`);
  return answer.saga_id;
}

async function stateOf(id: string): Promise<string> {
  return (await client().saga(id)).state;
}

async function sums() {
  const before = { orders: [], stock: { "1": 1000, "2": 500, "3": 2, "4": 90 } };
  const after = (await call(`${stack.storeManager.url}/control/state`, storeState)).body;
  return addUp(before, after, (await call(`${stack.payments.url}/control/state`, paymentState)).body);
}

async function killAndRestart(): Promise<void> {
  expect(await stack.orchestrator.stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  await stack.restartOrchestrator();
}

describe("after SIGKILL", () => {
  it("an order whose payment was under way ends completed, paid once", async () => {
    const fault = { route: "POST /payments", fault: "delay", delay_ms: 300, times: 1 };
    await call(`${stack.payments.url}/control/faults`, z.unknown(), fault);
    const id = await orderAsync();
    await expect.poll(() => stateOf(id)).toBe("CREATING_PAYMENT");
    await killAndRestart();
    await expect.poll(() => stateOf(id)).toBe("COMPLETED");
    expect(await sums()).toMatchObject({ orders: 1, payments: 1, stockTaken: { "1": 1 }, disagreements: [] });
  });

  it("an order that was being undone is undone to its end", async () => {
    await call(`${stack.payments.url}/control/refused-users`, z.unknown(), { users: [1] });
    const fault = { route: "DELETE /orders/{order_id}", fault: "delay", delay_ms: 300, times: 1 };
    await call(`${stack.storeManager.url}/control/faults`, z.unknown(), fault);
    const id = await orderAsync();
    await expect.poll(() => stateOf(id)).toBe("CANCELLING_ORDER");
    await killAndRestart();
    await expect.poll(() => stateOf(id)).toBe("CANCELLED");
    expect(await sums()).toEqual({ orders: 0, payments: 0, stockTaken: {}, disagreements: [] });
  });

  it("again and again, under load and with faults, every accepted order ends and the ledgers agree", async () => {
    const accepted: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      await call(`${stack.payments.url}/control/faults`, z.unknown(), { route: "POST /payments", fault: "drop_after", times: 3 });
      await call(`${stack.storeManager.url}/control/faults`, z.unknown(), {
        route: "PUT /stocks",
        fault: "drop_after",
        times: 3,
      });
      // Product 3 is soon sold out, so some orders are undone.
      accepted.push(...(await Promise.all(Array.from({ length: 12 }, (_, index) => orderAsync((index % 3) + 1)))));
      await killAndRestart();
    }
    const statuses = async () => {
      const { items } = (await call(`${stack.orchestrator.url}/sagas?limit=200`, list)).body;
      expect(items.map(({ saga_id }) => saga_id).toSorted((one, other) => (one < other ? -1 : 1))).toEqual(
        accepted.toSorted((one, other) => (one < other ? -1 : 1)),
      );
      return [...new Set(items.map(({ status }) => status))].toSorted((one, other) => (one < other ? -1 : 1));
    };
    await expect.poll(statuses, { interval: 200 }).toEqual(["cancelled", "completed"]);
    expect((await sums()).disagreements).toEqual([]);
  });
});
