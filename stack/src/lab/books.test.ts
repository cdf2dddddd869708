import { describe, expect, it } from "vitest";
import { addsUp, type LedgerEntry, nothing, partsOfSagas } from "./books.ts";

const entry = (route: string, key: string | null, body: object = {}): LedgerEntry => ({ route, key, body });
const stock = (key: string, operation: "+" | "-", quantity = 1) =>
  entry("PUT /stocks", key, { items: [{ product_id: 1, quantity }], operation });

const whole = { orders: 1, stock: 1, payments: 1 };

describe("the parts of a saga", () => {
  it("are what its effects left, counted by its keys, and no other saga's", () => {
    const parts = partsOfSagas([
      entry("POST /orders", "one/create-order/run"),
      entry("POST /orders", "two/create-order/run"),
      stock("one/decrease-stock/run", "-", 3),
      stock("two/decrease-stock/run", "-"),
      entry("POST /payments", "one/create-payment/run"),
      stock("two/decrease-stock/rollback", "+"),
      entry("DELETE /orders/{order_id}", "two/create-order/rollback"),
    ]);
    expect(parts).toEqual(
      new Map([
        ["one", { orders: 1, stock: 3, payments: 1 }],
        ["two", nothing],
      ]),
    );
  });

  it("are not those of an effect without a key, and not changed by another route", () => {
    expect(partsOfSagas([entry("POST /stocks", null), entry("PUT /orders", "one/link-payment/run")])).toEqual(
      new Map([["one", nothing]]),
    );
  });
});

describe("an order", () => {
  it("adds up when it has each part once, or none", () => {
    expect([nothing, whole].map((parts) => addsUp(parts, "unknown"))).toEqual([true, true]);
  });

  it("adds up only as its end says: whole when it is completed, nothing when it is undone", () => {
    expect([nothing, whole].map((parts) => addsUp(parts, "whole"))).toEqual([false, true]);
    expect([nothing, whole].map((parts) => addsUp(parts, "nothing"))).toEqual([true, false]);
  });

  it.for([
    { orders: 0, stock: 0, payments: 1 },
    { orders: 1, stock: 1, payments: 2 },
    { orders: 1, stock: 0, payments: 1 },
    { orders: 0, stock: 1, payments: 0 },
    { orders: 2, stock: 2, payments: 2 },
    { orders: 0, stock: -1, payments: 0 },
  ])("does not add up as %o", (parts) => {
    for (const said of ["whole", "nothing", "unknown"] as const) expect(addsUp(parts, said)).toBe(false);
  });
});
