import { defaultPolicy, toMermaid } from "saga-core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { Payments } from "../participants/payments.ts";
import { StoreManager } from "../participants/store-manager.ts";
import { type OrderEvent, OrderSagaController, type OrderState } from "./order-saga.ts";

const options = { url: "http://127.0.0.1:1", keyed: true, callTimeoutMs: 1 };
const controller = new OrderSagaController(
  { storeManager: new StoreManager(options), payments: new Payments(options) },
  defaultPolicy,
);

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
