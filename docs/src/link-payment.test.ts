import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import { Payments, StoreManager } from "orchestrator/participants";
import { systemClock } from "saga-clock";
import { EmbeddedEngine, unavailable, unknown } from "saga-core";
import { given, MemoryJournal } from "saga-core/testing";
import { v7 as newId } from "uuid";
import { describe, expect, it } from "vitest";
import { LinkedOrderSagaController } from "./link-payment.ts";

const nowhere = { url: "http://127.0.0.1:1", keyed: true, callTimeoutMs: 1 };
const definition = new LinkedOrderSagaController(new StoreManager(nowhere), new Payments(nowhere));

const order = () =>
  given(definition, {
    input: { user_id: 1, items: [{ product_id: 3, quantity: 2 }] },
    results: { "create-order": { order_id: 7 }, "read-amount": { total_amount: 11.5 }, "create-payment": { payment_id: 3 } },
  });

describe("the order saga with a step that links the payment to its order", () => {
  it("repeats the step until the link is written", async () => {
    await order()
      .when("link-payment", unavailable("away"), unknown("no answer"))
      .expect({ status: "completed", state: "COMPLETED" });
  });

  it("undoes nothing after the payment", async () => {
    await order().when("link-payment", unavailable("away")).expect({ rolledBack: [] });
  });

  it("writes the link at the Store Manager", async () => {
    const at = { host: "127.0.0.1", port: 0 };
    const [store, pay] = [await makeStoreManager({ keyed: true }).listen(at), await makePayments({ keyed: true }).listen(at)];
    const called = { keyed: true, callTimeoutMs: 5_000 };
    const controller = new LinkedOrderSagaController(
      new StoreManager({ url: store.url, ...called }),
      new Payments({ url: pay.url, ...called }),
    );
    const onDefect = (error: unknown) => {
      throw error;
    };
    const ports = { journal: new MemoryJournal(), clock: systemClock, random: Math.random, newId };
    const engine = new EmbeddedEngine({ controllers: [controller], ...ports, sagasInFlightMax: 1, onDefect });
    const { untilRest } = await engine.start({
      definition: "order",
      input: { user_id: 1, items: [{ product_id: 1, quantity: 1 }] },
    });
    expect((await untilRest()).phase.name).toBe("completed");
    const linked = await (await fetch(`${store.url}/orders/1`)).text();
    expect(linked).toContain("/payments/process/1");
    await Promise.all([store.close(), pay.close()]);
  });
});
