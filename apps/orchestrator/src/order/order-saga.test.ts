import { defaultPolicy, rejected, toMermaid, unavailable, unknown } from "saga-core";
import { handlerOf, type JsonObject, readEvent, readInput, startOf } from "saga-core/engine";
import { given } from "saga-core/testing";
import { describe, expect, expectTypeOf, it } from "vitest";
import { Payments } from "../participants/payments.ts";
import { StoreManager } from "../participants/store-manager.ts";
import { type OrderEvent, OrderSagaController, type OrderState } from "./order-saga.ts";
import { OrderSagaV1Controller } from "./order-saga-v1.ts";

const options = { url: "http://127.0.0.1:1", keyed: true, callTimeoutMs: 1 };
const participants = { storeManager: new StoreManager(options), payments: new Payments(options) };
const controller = new OrderSagaController(participants, defaultPolicy);

describe("a payment in doubt at a Payments API without keys", () => {
  const unkeyed = (paymentOrphanIsHarmless: boolean) =>
    given(
      new OrderSagaController(
        {
          storeManager: new StoreManager(options),
          payments: new Payments({ ...options, keyed: false }),
          paymentOrphanIsHarmless,
        },
        defaultPolicy,
      ),
      {
        input: { user_id: 1, items: [{ product_id: 3, quantity: 2 }] },
        results: { "create-order": { order_id: 7 }, "read-amount": { total_amount: 11.5 }, "create-payment": { payment_id: 3 } },
      },
    ).when("create-payment", unknown("no answer"));

  it("needs a human", async () => {
    await unkeyed(false).expect({ status: "needs_intervention", state: "CREATING_PAYMENT" });
  });

  it("cancels the order if a payment without an order is harmless", async () => {
    await unkeyed(true).expect({ status: "cancelled", rolledBack: ["decrease-stock", "create-order"] });
  });
});

describe("what people are told of a call in doubt", () => {
  const knownAt = (keyed: boolean, step: string, action: "run" | "rollback", data: JsonObject) => {
    const called = { storeManager: new StoreManager({ ...options, keyed }), payments: new Payments({ ...options, keyed }) };
    return handlerOf(new OrderSagaController(called, defaultPolicy), step).whatIsKnown?.(data, action);
  };
  const input = { user_id: 1, items: [{ product_id: 3, quantity: 2 }] };
  const ordered = { ...input, order_id: 7, total_amount: 11.5 };

  it("is that the existing Store Manager never commits a change of its stock, and shows nothing of it", () => {
    for (const action of ["run", "rollback"] as const) {
      const known = knownAt(false, "decrease-stock", action, ordered);
      expect(known).toMatch(/never commits this call: .* cannot be looked up there/);
      expect(knownAt(true, "decrease-stock", action, ordered)).not.toContain("never commits");
    }
  });

  it("is where an order is found, by its id", () => {
    expect(knownAt(false, "create-order", "run", input)).toContain("at GET /orders/{order_id}");
    expect(knownAt(false, "create-order", "rollback", ordered)).toContain("Order 7 is at GET /orders/7.");
  });

  it("is that a payment cannot be found by its order", () => {
    expect(knownAt(false, "create-payment", "run", ordered)).toMatch(/no search by order: .* payment of order 7/);
  });
});

describe("the order saga", () => {
  it("has the states and arrows of its specification", () => {
    const arrows = controller.chart.arrows.map(({ from, event, to }) => `${from} -${event}-> ${to}`);
    expect(new Set(arrows)).toEqual(
      new Set([
        "CREATING_ORDER -OrderCreated-> DECREASING_STOCK",
        "CREATING_ORDER -OrderCreationFailed-> CANCELLED",
        "DECREASING_STOCK -StockDecreased-> CREATING_PAYMENT",
        "DECREASING_STOCK -StockDecreaseFailed-> CANCELLING_ORDER",
        "CREATING_PAYMENT -PaymentCreated-> COMPLETED",
        "CREATING_PAYMENT -PaymentCreationFailed-> INCREASING_STOCK",
        "INCREASING_STOCK -StockIncreased-> CANCELLING_ORDER",
        "CANCELLING_ORDER -OrderCancelled-> CANCELLED",
      ]),
    );
  });

  it("derives the types of its states and events from its chain", () => {
    expectTypeOf<OrderState>().toEqualTypeOf<
      | "CREATING_ORDER"
      | "DECREASING_STOCK"
      | "CREATING_PAYMENT"
      | "INCREASING_STOCK"
      | "CANCELLING_ORDER"
      | "COMPLETED"
      | "CANCELLED"
    >();
    expectTypeOf<OrderEvent>().toEqualTypeOf<
      | "OrderCreated"
      | "OrderCreationFailed"
      | "OrderCancelled"
      | "StockDecreased"
      | "StockDecreaseFailed"
      | "StockIncreased"
      | "PaymentCreated"
      | "PaymentCreationFailed"
    >();
    expect(toMermaid(controller.chart)).toContain("CREATING_PAYMENT --> INCREASING_STOCK: PaymentCreationFailed");
  });
});

describe("an order with a number above MySQL's INT", () => {
  const input = { user_id: 1, items: [{ product_id: 2_147_483_648, quantity: 1 }] };

  it("is refused as the input of a new saga", () => {
    expect(() => readInput(controller, input)).toThrow("/items/0/product_id must be a whole number from 1 to 2147483647");
  });

  it("is still read from a journal of an earlier release, whose sagas have version 1", () => {
    const earlier = new OrderSagaV1Controller(participants, defaultPolicy);
    const started = startOf(earlier, { id: "saga", at: 0, input, idempotencyKey: undefined, trace: undefined });
    expect(readEvent(earlier, started)).toMatchObject({ input });
  });
});

describe("an order", () => {
  const order = () =>
    given(controller, {
      input: { user_id: 1, items: [{ product_id: 3, quantity: 2 }] },
      results: { "create-order": { order_id: 7 }, "read-amount": { total_amount: 11.5 }, "create-payment": { payment_id: 3 } },
    });

  it("completes when its order, its stock and its payment are done", async () => {
    await order().expect({
      state: "COMPLETED",
      calls: ["create-order/run", "decrease-stock/run", "read-amount/run", "create-payment/run"],
      data: { order_id: 7, total_amount: 11.5, payment_id: 3 },
    });
  });

  it("is cancelled with nothing applied when the Store Manager refuses it", async () => {
    await order().when("create-order", rejected("unknown product")).expect({ state: "CANCELLED", rolledBack: [], standing: [] });
  });

  it("is deleted when there is not enough stock", async () => {
    await order()
      .when("decrease-stock", rejected("not enough"))
      .expect({ state: "CANCELLED", rolledBack: ["create-order"], standing: [] });
  });

  it("puts its stock back and then is deleted when its payment is refused", async () => {
    await order()
      .when("create-payment", rejected("no funds"))
      .expect({ state: "CANCELLED", rolledBack: ["decrease-stock", "create-order"], standing: [] });
  });

  it("repeats a payment without an answer instead of undoing the order", async () => {
    await order()
      .when("create-payment", unknown("no answer"), unavailable("away"))
      .expect({
        state: "COMPLETED",
        calls: [
          "create-order/run",
          "decrease-stock/run",
          "read-amount/run",
          ...Array.from({ length: 3 }, () => "create-payment/run"),
        ],
      });
  });

  it("is undone by its id when its amount cannot be read, and nobody is asked", async () => {
    await order()
      .when("read-amount", ...Array.from({ length: 8 }, () => unknown("no answer")))
      .expect({ status: "cancelled", rolledBack: ["decrease-stock", "create-order"], standing: [] });
  });

  it("is undone when its amount cannot be paid exactly", async () => {
    await order()
      .when("read-amount", rejected("total_amount 9007199254740991.4 would become 9007199254740991"))
      .expect({ status: "cancelled", rolledBack: ["decrease-stock", "create-order"], standing: [] });
  });

  it("needs a human when its deletion is refused", async () => {
    await order()
      .when("decrease-stock", rejected("not enough"))
      .whenUndoing("create-order", rejected("it is shipped"))
      .expect({ status: "needs_intervention", state: "CANCELLING_ORDER", standing: ["create-order"] });
  });
});
