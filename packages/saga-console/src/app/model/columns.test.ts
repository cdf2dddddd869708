import { describe, expect, it } from "vitest";
import { furtherColumns, memberText } from "./columns.ts";
import { nameOf } from "./names.ts";
import { sagaOf } from "./samples.ts";

const columns = new Map([
  ["order", ["order_id", "total_amount"]],
  ["refund", ["refund_id", "total_amount", "reason"]],
]);

const saga = sagaOf([], { data: { order_id: 7, total_amount: 12.5 }, input: { user_id: 1, items: [{ product_id: 3 }] } });

describe("the columns of the list", () => {
  it("are those that the definitions of its sagas name after the first, each once", () => {
    expect(furtherColumns([saga, { ...saga, definition: "refund" }], columns)).toEqual(["total_amount", "reason"]);
    expect(furtherColumns([saga], columns)).toEqual(["total_amount"]);
    expect(furtherColumns([{ ...saga, definition: "unheard-of" }], columns)).toEqual([]);
  });

  it("have what the steps gave, else what was sent, as a text; nothing where the saga has none", () => {
    expect(["order_id", "user_id", "items", "payment_id", "toString"].map((name) => memberText(saga, name))).toEqual([
      "7",
      "1",
      '[{"product_id":3}]',
      undefined,
      undefined,
    ]);
  });

  it("name a saga by the first of them, and by the end of its id until it has that", () => {
    expect(nameOf(saga, columns)).toBe("order 7");
    expect(nameOf({ ...saga, data: {} }, columns)).toBe(`order …${saga.saga_id.slice(-6)}`);
    expect(nameOf({ ...saga, definition: "unheard-of" }, columns)).toBe(`unheard-of …${saga.saga_id.slice(-6)}`);
  });
});
