import { ServedMock } from "mock-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeStoreManager } from "./mock-store-manager.ts";

const mock = new ServedMock(makeStoreManager({ keyed: true }));

beforeAll(() => mock.listen());
afterAll(() => mock.close());
beforeEach(() => mock.call("POST", "/control/reset"));

const order = (items: unknown, user_id: unknown = 1) => mock.call("POST", "/orders", { user_id, items });
const move = (operation: string, items: unknown) => mock.call("PUT", "/stocks", { items, operation });
const state = async () => (await mock.call("GET", "/control/state"))[1];
const untouched = { orders: [], stock: { 1: 1000, 2: 500, 3: 2, 4: 90 } };

describe("the orders of the Store Manager", () => {
  it("can be created, read as strings, changed and deleted", async () => {
    const items = [
      { product_id: 1, quantity: 1 },
      { product_id: 2, quantity: 2 },
    ];
    expect(await order(items)).toEqual([201, { order_id: 1 }]);
    expect(await mock.call("GET", "/orders/1")).toEqual([
      201,
      {
        user_id: "1",
        total_amount: "2118.99",
        items: '[{"product_id": 1, "quantity": 1}, {"product_id": 2, "quantity": 2}]',
        payment_link: "",
      },
    ]);
    expect(await mock.call("PUT", "/orders", { order_id: 1, is_paid: false, payment_id: 3 })).toEqual([200, { updated: true }]);
    expect((await mock.call("GET", "/orders/1"))[1]).toMatchObject({ payment_link: expect.stringContaining("/3") });
    expect(await mock.call("DELETE", "/orders/1")).toEqual([200, { deleted: true }]);
    expect(await mock.call("DELETE", "/orders/1")).toEqual([404, { deleted: false }]);
    expect(await mock.call("GET", "/orders/1")).toEqual([201, {}]);
    expect(await mock.call("PUT", "/orders", { order_id: 1, is_paid: true, payment_id: 3 })).toEqual([200, { updated: false }]);
    expect(await state()).toEqual(untouched);
  });

  it("have ids that consist of digits only", async () => {
    await order([{ product_id: 4, quantity: 1 }]);
    for (const id of ["0x1", "1e0", "1.0", "%201", "+1", "-1"]) {
      expect(await mock.call("GET", `/orders/${id}`)).toEqual([201, {}]);
      expect(await mock.call("DELETE", `/orders/${id}`)).toEqual([404, { deleted: false }]);
    }
    expect((await mock.call("DELETE", "/orders/1"))[0]).toBe(200);
  });

  it("never reuse an id", async () => {
    await order([{ product_id: 4, quantity: 1 }]);
    await mock.call("DELETE", "/orders/1");
    expect(await order([{ product_id: 4, quantity: 1 }])).toEqual([201, { order_id: 2 }]);
  });

  it("reuse the newest id after its deletion where the options say so", async () => {
    const reusing = new ServedMock(makeStoreManager({ keyed: false, reusesIds: true }));
    await reusing.listen();
    const body = { user_id: 1, items: [{ product_id: 4, quantity: 1 }] };
    for (const order_id of [1, 2]) expect(await reusing.call("POST", "/orders", body)).toEqual([201, { order_id }]);
    for (const id of [1, 2]) await reusing.call("DELETE", `/orders/${id}`);
    expect(await reusing.call("POST", "/orders", body)).toEqual([201, { order_id: 1 }]);
    await reusing.close();
  });

  it.for<[string, unknown, unknown, number, string]>([
    ["an unknown product", [{ product_id: 999, quantity: 1 }], 1, 500, "Product ID 999 not found in database."],
    ["no items", [], 1, 500, "Cannot create order. An order must have 1 or more items."],
    ["an unknown user", [{ product_id: 1, quantity: 1 }], 99, 500, "foreign key constraint fails"],
    ["a quantity of 0", [{ product_id: 1, quantity: 0 }], 1, 400, "quantity"],
    ["a quantity that is a string", [{ product_id: 1, quantity: "2" }], 1, 400, "quantity"],
    ["a quantity that is not whole", [{ product_id: 1, quantity: 0.5 }], 1, 400, "quantity"],
  ])("are refused with their error for %s", async ([, items, user, status, error]) => {
    expect(await order(items, user)).toEqual([status, { error: expect.stringContaining(error) }]);
    expect(await state()).toEqual(untouched);
  });
});

describe("the stock of the Store Manager", () => {
  it("can be decreased and increased", async () => {
    expect(
      await move("-", [
        { product_id: 1, quantity: 10 },
        { product_id: 3, quantity: 2 },
      ]),
    ).toEqual([201, { result: "OK" }]);
    expect(await mock.call("GET", "/stocks/3")).toEqual([201, { product_id: 3, quantity: 0 }]);
    expect(await move("+", [{ product_id: 3, quantity: 2 }])).toEqual([201, { result: "OK" }]);
    expect(await state()).toMatchObject({ stock: { 1: 990, 3: 2 } });
  });

  it("is not moved at all if one product has too little for the sum of its items", async () => {
    const short = await move("-", [
      { product_id: 1, quantity: 1 },
      { product_id: 3, quantity: 1 },
      { product_id: 3, quantity: 2 },
    ]);
    expect(short).toEqual([409, { error: "Not enough stock of product 3: 2 left." }]);
    expect(await state()).toEqual(untouched);
  });

  it.for<[string, unknown]>([
    ["a negative quantity", [{ product_id: 1, quantity: -1 }]],
    ["no items", []],
  ])("is not moved for %s", async ([, items]) => {
    expect((await move("-", items))[0]).toBe(400);
    expect(await state()).toEqual(untouched);
  });

  it("can be set to a quantity, and is in the report", async () => {
    expect(await mock.call("POST", "/stocks", { product_id: 3, quantity: 56 })).toEqual([201, { result: "rows updated: 1" }]);
    expect((await mock.call("GET", "/stocks/reports/overview-stocks"))[1]).toContainEqual({
      Article: "Gadget XYZ",
      "Numéro SKU": "GG12345",
      "Prix unitaire": 5.75,
      "Unités en stock": 56,
    });
    expect(await mock.call("GET", "/stocks/99")).toEqual([201, {}]);
  });
});

describe("the catalogue of the Store Manager", () => {
  it("has the seed data of the existing service", async () => {
    expect(await mock.call("GET", "/products/2")).toEqual([201, { id: 2, name: "Keyboard DEF", sku: "KB67890", price: 59.5 }]);
    expect(await mock.call("GET", "/users/3")).toEqual([201, { id: 3, name: "Alan Turing", email: "aturing@example.com" }]);
    expect(await mock.call("GET", "/products/99")).toEqual([201, {}]);
    expect(await mock.call("GET", "/health-check")).toEqual([200, { status: "ok" }]);
  });
});
