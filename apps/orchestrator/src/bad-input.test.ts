import { afterEach, describe, expect, it } from "vitest";
import { OrderStack } from "./testing/stack/order-stack.ts";

let stack: OrderStack;

afterEach(() => stack.stop());

const oneItem = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const untouchedStock = { 1: 1000, 2: 500, 3: 2, 4: 90 };

describe("bad input", () => {
  const item = { product_id: 1, quantity: 1 };
  const quantity = (value: unknown) => JSON.stringify({ user_id: 1, items: [{ product_id: 1, quantity: value }] });
  const cases: readonly (readonly [string, string, number, string, string | undefined, string?])[] = [
    ["malformed JSON", "{", 400, "malformed-json", undefined],
    ["no body", "", 400, "malformed-json", undefined],
    ["a wrong content type", JSON.stringify(oneItem), 415, "unsupported-media-type", undefined, "text/plain"],
    ["a list instead of an object", "[]", 422, "invalid-request", ""],
    ["missing items", '{"user_id":1}', 422, "invalid-request", "/items"],
    ["empty items", '{"user_id":1,"items":[]}', 422, "invalid-request", "/items"],
    ["101 items", JSON.stringify({ user_id: 1, items: Array(101).fill(item) }), 422, "invalid-request", "/items"],
    ["an item that is a number", '{"user_id":1,"items":[7]}', 422, "invalid-request", "/items/0"],
    ["a missing user", JSON.stringify({ items: [item] }), 422, "invalid-request", "/user_id"],
    ["a quantity of 0", quantity(0), 422, "invalid-request", "/items/0/quantity"],
    ["a quantity of -1", quantity(-1), 422, "invalid-request", "/items/0/quantity"],
    ["a quantity of 1.5", quantity(1.5), 422, "invalid-request", "/items/0/quantity"],
    ['a quantity of "2"', quantity("2"), 422, "invalid-request", "/items/0/quantity"],
    ["a quantity of 2^53", quantity(2 ** 53), 422, "invalid-request", "/items/0/quantity"],
    ["a quantity of 2147483648", quantity(2_147_483_648), 422, "invalid-request", "/items/0/quantity"],
    ["a user of 2147483648", JSON.stringify({ user_id: 2_147_483_648, items: [item] }), 422, "invalid-request", "/user_id"],
    [
      "a product of 2147483648",
      '{"user_id":1,"items":[{"product_id":2147483648,"quantity":1}]}',
      422,
      "invalid-request",
      "/items/0/product_id",
    ],
    [
      "a quantity that a double would round to 1",
      '{"user_id":1,"items":[{"product_id":1,"quantity":1.00000000000000001}]}',
      422,
      "invalid-request",
      "/items/0/quantity",
    ],
    [
      "a user that a double would round to 9007199254740991",
      '{"user_id":9007199254740991.4,"items":[]}',
      422,
      "invalid-request",
      "/user_id",
    ],
    [
      "an unknown member with a number that a double cannot hold",
      '{"user_id":1,"items":[{"product_id":1,"quantity":1,"more":[{"a/b":1e400}]}]}',
      422,
      "invalid-request",
      "/items/0/more/0/a~1b",
    ],
    ["a body over 64 KiB", JSON.stringify({ ...oneItem, note: "x".repeat(65_536) }), 413, "body-too-large", undefined],
  ];

  it("is answered with its problem and pointers to the members, and no participant is called", async () => {
    stack = await OrderStack.start();
    for (const [name, body, status, type, pointer, contentType = "application/json"] of cases) {
      const reply = await stack.request("/saga/order", { method: "POST", headers: { "content-type": contentType }, body });
      expect([name, reply.status, reply.body["type"], reply.headers.get("content-type")]).toEqual([
        name,
        status,
        type,
        "application/problem+json",
      ]);
      if (pointer !== undefined)
        expect(reply.body["errors"], name).toMatchObject([{ pointer, detail: expect.stringMatching(/must be/) }]);
    }
    const keyed = await stack.order(oneItem, { "idempotency-key": "x".repeat(256) });
    expect([keyed.status, keyed.body["type"]]).toEqual([400, "malformed-key"]);
    expect(await stack.effects()).toEqual({ routes: [], orders: 0, stock: untouchedStock, payments: 0 });
    expect((await stack.request("/sagas")).body["items"]).toEqual([]);
  });

  it("is answered with a problem for an unknown route or method", async () => {
    stack = await OrderStack.start();
    const cases: readonly (readonly [string, string, number, string | null])[] = [
      ["GET", "/nothing", 404, null],
      ["POST", "/saga/nothing", 404, null],
      ["GET", "/saga/order", 405, "POST"],
      ["DELETE", "/sagas", 405, "GET, HEAD"],
      ["GET", "/sagas/00000000-0000-7000-8000-000000000000", 404, null],
      ["GET", "/sagas/nothing/events", 404, null],
    ];
    for (const [method, path, status, allow] of cases) {
      const reply = await stack.request(path, { method });
      expect([method, path, reply.status, reply.headers.get("allow")]).toEqual([method, path, status, allow]);
      expect(reply.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("does not include integers that are written as 1.0 or 1e0", async () => {
    stack = await OrderStack.start();
    const body = '{"user_id":1.0,"items":[{"product_id":1e0,"quantity":0.2e1}],"ratio":0.1,"price":1.50}';
    const reply = await stack.request("/saga/order", { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(reply.status).toBe(200);
    expect((await stack.effects()).stock).toEqual({ ...untouchedStock, 1: 998 });
  });

  it("does not include unknown members, which are ignored", async () => {
    stack = await OrderStack.start();
    expect((await stack.order({ ...oneItem, note: "by noon, please" })).status).toBe(200);
  });
});
