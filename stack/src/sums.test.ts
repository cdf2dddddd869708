import { describe, expect, it } from "vitest";
import { addUp } from "./sums.ts";

const stock = (quantity: number) => ({ "1": 10, "3": quantity });
const order = { order_id: 1, user_id: 1, total_amount: 11.5, items: [{ product_id: 3, quantity: 2 }] };
const payment = { payment_id: 1, order_id: 1, user_id: 1, total_amount: 11.5 };
const before = { orders: [], stock: stock(2) };

describe("the added up ledgers", () => {
  it("agree when every order has its stock and its payment", () => {
    expect(addUp(before, { orders: [order], stock: stock(0) }, { payments: [payment] })).toEqual({
      orders: 1,
      payments: 1,
      stockTaken: { "3": 2 },
      disagreements: [],
    });
  });

  it.for<[string, object, object[], string]>([
    ["stock without its order", { orders: [], stock: stock(1) }, [], "0 are ordered and 1 are taken"],
    ["an order without its stock", { orders: [order], stock: stock(2) }, [payment], "2 are ordered and 0 are taken"],
    ["an order without its payment", { orders: [order], stock: stock(0) }, [], "order 1 of 11.5 has 0 payments"],
    ["an order paid twice", { orders: [order], stock: stock(0) }, [payment, { ...payment, payment_id: 2 }], "has 2 payments"],
    ["a payment of another amount", { orders: [order], stock: stock(0) }, [{ ...payment, total_amount: 1 }], "order 1 of 11.5"],
    ["a payment without its order", { orders: [], stock: stock(2) }, [payment], "payment 1 is for order 1, which does not exist"],
  ])("disagree about %s", ([, after, payments, disagreement]) => {
    const sums = addUp(before, { ...before, ...after }, { payments: payments.map((each) => ({ ...payment, ...each })) });
    expect(sums.disagreements).toEqual([expect.stringContaining(disagreement)]);
  });
});
