import { defaultPolicy, rejected, unknown } from "saga-core";
import { drawCounterexample, explore, given } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { Payments } from "../participants/payments.ts";
import { StoreManager } from "../participants/store-manager.ts";
import { OrderPaidLaterSagaController } from "./order-paid-later-saga.ts";

function definitionOf(paymentsKeyed: boolean): OrderPaidLaterSagaController {
  const options = { url: "http://127.0.0.1:1", keyed: true, callTimeoutMs: 1 };
  const storeManager = new StoreManager(options);
  const payments = new Payments({ ...options, keyed: paymentsKeyed });
  return new OrderPaidLaterSagaController({ storeManager, payments, waitMs: 86_400_000 }, defaultPolicy);
}

const definition = definitionOf(true);
const sample = {
  input: { user_id: 1, items: [{ product_id: 3, quantity: 2 }] },
  results: {
    "create-order": { order_id: 7 },
    "read-amount": { total_amount: 11.5 },
    "open-payment": { payment_id: 3 },
    "await-payment": { is_paid: true },
  },
};
const undone = ["decrease-stock", "create-order"];

describe("the saga of an order that is paid later", () => {
  it("has a state in which it waits, and an arrow of its own for the end of that time", () => {
    const arrows = definition.chart.arrows.map(({ from, event, to }) => `${from} -${event}-> ${to}`);
    expect(new Set(arrows)).toEqual(
      new Set([
        "CREATING_ORDER -OrderCreated-> DECREASING_STOCK",
        "CREATING_ORDER -OrderCreationFailed-> CANCELLED",
        "DECREASING_STOCK -StockDecreased-> OPENING_PAYMENT",
        "DECREASING_STOCK -StockDecreaseFailed-> CANCELLING_ORDER",
        "OPENING_PAYMENT -PaymentOpened-> AWAITING_PAYMENT",
        "OPENING_PAYMENT -PaymentOpeningFailed-> INCREASING_STOCK",
        "AWAITING_PAYMENT -OrderPaid-> COMPLETED",
        "AWAITING_PAYMENT -PaymentRefused-> INCREASING_STOCK",
        "AWAITING_PAYMENT -PaymentTimedOut-> INCREASING_STOCK",
        "INCREASING_STOCK -StockIncreased-> CANCELLING_ORDER",
        "CANCELLING_ORDER -OrderCancelled-> CANCELLED",
      ]),
    );
  });

  it("ends right in every run with at most one fault, which together take every arrow of its chart", async () => {
    const signals = { "await-payment": { yes: { is_paid: true }, no: { is_paid: false } } };
    const { counterexample, arrows, isWhole } = await explore({ definition, ...sample, signals }, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
    expect(new Set(arrows)).toEqual(new Set(definition.chart.arrows.map(({ from, to }) => `${from} -> ${to}`)));
  });
});

describe("an order that is paid later", () => {
  it("completes when its payment is signalled", async () => {
    await given(definition, sample).expect({
      state: "COMPLETED",
      calls: ["create-order/run", "decrease-stock/run", "read-amount/run", "open-payment/run"],
      data: { order_id: 7, total_amount: 11.5, payment_id: 3 },
    });
  });

  it("is undone when nobody pays in time, and its opened payment stands", async () => {
    await given(definition, { ...sample, signals: { "await-payment": {} } }).expect({
      state: "CANCELLED",
      rolledBack: undone,
      standing: ["open-payment"],
    });
  });

  it("is undone when Payments says that it is not paid", async () => {
    await given(definition, { ...sample, signals: { "await-payment": { no: { is_paid: false } } } }).expect({
      state: "CANCELLED",
      rolledBack: undone,
    });
  });

  it("is undone when its payment cannot be opened, and then nothing stands", async () => {
    await given(definition, sample)
      .when("open-payment", rejected("no funds"))
      .expect({ state: "CANCELLED", rolledBack: undone, standing: [] });
  });

  it("needs a human when its opened payment is in doubt at a Payments API without keys, because its id is not known", async () => {
    await given(definitionOf(false), sample)
      .when("open-payment", unknown("no answer"))
      .expect({ status: "needs_intervention", state: "OPENING_PAYMENT" });
  });
});
