import { describe, expect, it } from "vitest";
import { type Books, findContradictions } from "./accounts.ts";

const id = "01a2045e-ab1b-7448-b05d-dd73caf5d5d8";
const other = "01a2045e-ab1b-7448-b05d-dd73caf5d5d9";
const effect = (call: string, saga = id) => ({ route: "POST /any", key: `${saga}/${call}` });
const all = [effect("create-order/run"), effect("decrease-stock/run"), effect("create-payment/run")];
const undone = [...all.slice(0, 2), effect("decrease-stock/rollback"), effect("create-order/rollback")];
const created = { key: "k", answer: { kind: "created", saga_id: id, order_id: 1, payment_id: 1 } } as const;

const books = (change: Partial<Books>): Books => ({
  sagas: [{ saga_id: id, status: "completed" }],
  placed: [created],
  ledger: all,
  ...change,
});
const cancelled = [{ saga_id: id, status: "cancelled" }] as const;

describe("the accounts of a round", () => {
  it.for<[string, Partial<Books>]>([
    ["a completed saga with all its effects", {}],
    ["a cancelled saga without effects", { sagas: cancelled, placed: [], ledger: [] }],
    ["a cancelled saga whose effects are all undone", { sagas: cancelled, placed: [], ledger: undone }],
    ["a saga that needs a human", { sagas: [{ saga_id: id, status: "needs_intervention" }], placed: [], ledger: all.slice(1) }],
  ])("agree with %s", ([, change]) => {
    expect(findContradictions(books(change))).toEqual([]);
  });

  it.for<[string, Partial<Books>, RegExp]>([
    ["an order without its payment", { ledger: all.slice(0, 2) }, /is completed, and its effects are: create-order/],
    [
      "a payment without its order",
      { sagas: cancelled, placed: [], ledger: all.slice(2) },
      /is cancelled, and its effects are: create-pay/,
    ],
    ["stock that was not given back", { sagas: cancelled, placed: [], ledger: undone.slice(0, 3) }, /is cancelled/],
    ["an effect twice", { ledger: [...all, effect("create-payment/run")] }, /create-payment\/run took effect twice/],
    [
      "an effect twice where a human is needed",
      { sagas: [{ saga_id: id, status: "needs_intervention" }], placed: [], ledger: [...all, ...all] },
      /twice/,
    ],
    ["an effect of no saga", { ledger: [...all, effect("create-order/run", other)] }, /of no saga/],
    ["an effect without a key", { ledger: [...all, { route: "PUT /stocks", key: null }] }, /PUT \/stocks without a key/],
    ["a saga that never ends", { sagas: [{ saga_id: id, status: "running" }], placed: [] }, /never ends/],
    ["an accepted saga that does not exist", { sagas: [], ledger: [] }, /which does not exist/],
    ["two keys of one saga", { placed: [created, { ...created, key: "l" }] }, /l and k are both/],
    ["a reply that contradicts its saga", { sagas: cancelled, ledger: [] }, /was answered "created"/],
  ])("find %s", ([, change, contradiction]) => {
    expect(findContradictions(books(change)).join("; ")).toMatch(contradiction);
  });
});
