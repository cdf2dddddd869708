import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import type { Listening } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { naiveOrchestrator } from "./naive.ts";

let storeManager: Listening;
let payments: Listening;

beforeEach(async () => {
  const at = { host: "127.0.0.1", port: 0 };
  storeManager = await makeStoreManager({ keyed: true }).listen(at);
  payments = await makePayments({ keyed: true }).listen(at);
});

afterEach(() => Promise.all([storeManager.close(), payments.close()]));

const ledger = z.object({ items: z.array(z.object({ route: z.string() })) });

async function routes(service: Listening): Promise<readonly string[]> {
  const { items } = ledger.parse(await (await fetch(`${service.url}/control/ledger`)).json());
  return items.map(({ route }) => route);
}

async function order(user_id: number): Promise<number> {
  const place = naiveOrchestrator({ storeManagerUrl: storeManager.url, paymentsUrl: payments.url, callTimeoutMs: 5_000 });
  const body = JSON.stringify({ user_id, items: [{ product_id: 1, quantity: 1 }] });
  const response = await place(new Request("http://127.0.0.1/saga/order", { method: "POST", body }));
  return response.status;
}

describe("the naive orchestrator", () => {
  it("makes the same calls as the durable one", async () => {
    expect(await order(1)).toBe(200);
    expect([await routes(storeManager), await routes(payments)]).toEqual([["POST /orders", "PUT /stocks"], ["POST /payments"]]);
  });

  it("undoes the done steps in reverse after a refusal", async () => {
    await fetch(`${payments.url}/control/refused-users`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"users":[2]}',
    });
    expect(await order(2)).toBe(409);
    expect(await routes(storeManager)).toEqual(["POST /orders", "PUT /stocks", "PUT /stocks", "DELETE /orders/{order_id}"]);
    expect(await routes(payments)).toEqual([]);
  });
});
