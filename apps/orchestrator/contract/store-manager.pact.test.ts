import { MatchersV3 } from "@pact-foundation/pact";
import { type ContractRequest, idFrom, pactBetween, pathFrom, type State } from "pact-kit";
import { done, rejected, unavailable } from "saga-core";
import { describe } from "vitest";
import { StoreManager } from "../src/participants/store-manager.ts";

const { equal, integer, regex } = MatchersV3;

/** What the existing Store Manager answers (docs/participants.md): it passes this pact as it is. */
const pact = pactBetween("orchestrator-base", "store-manager");

const attempt = { key: "saga/step/run" };
const store = (url: string) => new StoreManager({ url, keyed: false, callTimeoutMs: 30_000 });

const ada: State = ["the user is known", { user_id: 1 }];
const laptop: State = ["the product is sold", { product_id: 1 }];
const order: State = ["the order exists", { user_id: 1, product_id: 1, quantity: 2 }];
const orderPath = pathFrom("order_id", (id) => `/orders/${id}`, { example: "7", pattern: "\\d+" });
const items = [{ product_id: 1, quantity: 2 }];
const create = { method: "POST", path: "/orders", body: { user_id: 1, items } } as const;

describe("POST /orders", () => {
  pact("a new order", {
    call: "createOrder",
    reply: "promised",
    given: [ada, laptop],
    request: create,
    response: { status: 201, body: { order_id: integer(7) } },
    make: (url) => store(url).createOrder({ user_id: 1, items }, attempt),
    outcome: done({ order_id: 7 }),
  });

  pact("an order of a product that is not sold", {
    call: "createOrder",
    reply: "an unknown product",
    given: [ada, ["the product is not sold", { product_id: 999_999 }]],
    request: { ...create, body: { user_id: 1, items: [{ product_id: 999_999, quantity: 2 }] } },
    response: {
      status: 500,
      body: { error: regex(/^Product ID \S+ not found in database\.$/, "Product ID 999999 not found in database.") },
    },
    make: (url) => store(url).createOrder({ user_id: 1, items: [{ product_id: 999_999, quantity: 2 }] }, attempt),
    outcome: rejected("500 Product ID 999999 not found in database."),
  });

  pact("an order of nothing", {
    call: "createOrder",
    reply: "no items",
    given: [ada],
    request: { ...create, body: { user_id: 1, items: [] } },
    // The code branches on the whole text.
    response: { status: 500, body: { error: "Cannot create order. An order must have 1 or more items." } },
    make: (url) => store(url).createOrder({ user_id: 1, items: [] }, attempt),
    outcome: rejected("500 Cannot create order. An order must have 1 or more items."),
  });

  pact("an order of a user who is not known", {
    call: "createOrder",
    reply: "an unknown user",
    given: [["the user is not known", { user_id: 999_999 }], laptop],
    request: { ...create, body: { user_id: 999_999, items } },
    response: {
      status: 500,
      body: { error: regex(/.*foreign key constraint fails.*/, "1452 (23000): a foreign key constraint fails") },
    },
    make: (url) => store(url).createOrder({ user_id: 999_999, items }, attempt),
    outcome: rejected("500 1452 (23000): a foreign key constraint fails"),
  });
});

describe("GET /orders/{order_id}", () => {
  pact("a look at an order", {
    call: "readTotalAmount",
    reply: "promised",
    given: [order],
    request: { method: "GET", path: orderPath },
    // 201, and a string (!).
    response: { status: 201, body: { total_amount: regex(/^\d+(\.\d+)?$/, "3999.98") } },
    make: (url) => store(url).readTotalAmount(7, attempt),
    outcome: done({ total_amount: 3999.98 }),
  });

  pact("a look at an order that was deleted", {
    call: "readTotalAmount",
    reply: "an order that nobody knows",
    given: [["the order was deleted", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: { method: "GET", path: orderPath },
    response: { status: 201, body: equal({}) },
    make: (url) => store(url).readTotalAmount(7, attempt),
    outcome: unavailable("201 without what was promised"),
  });
});

describe("DELETE /orders/{order_id}", () => {
  pact("the deletion of an order", {
    call: "deleteOrder",
    reply: "promised",
    given: [order],
    request: { method: "DELETE", path: orderPath },
    response: { status: 200, body: { deleted: true } },
    make: (url) => store(url).deleteOrder(7, attempt),
    outcome: done(),
  });

  pact("the deletion of an order that is already gone", {
    call: "deleteOrder",
    reply: "an order that is already gone",
    given: [["the order was deleted", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: { method: "DELETE", path: orderPath },
    response: { status: 404, body: { deleted: false } },
    make: (url) => store(url).deleteOrder(7, attempt),
    outcome: done(),
  });
});

describe("PUT /orders", () => {
  const link: ContractRequest = {
    method: "PUT",
    path: "/orders",
    body: { order_id: idFrom("order_id", 7), is_paid: false, payment_id: 3 },
  };

  pact("the payment of an order", {
    call: "linkPayment",
    reply: "promised",
    given: [order],
    request: link,
    response: { status: 200, body: { updated: true } },
    make: (url) => store(url).linkPayment({ order_id: 7, payment_id: 3 }, attempt),
    outcome: done(),
  });

  pact("the payment of an order that was deleted", {
    call: "linkPayment",
    reply: "an order that is not there to be changed",
    given: [["the order was deleted", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: link,
    response: { status: 200, body: { updated: false } },
    make: (url) => store(url).linkPayment({ order_id: 7, payment_id: 3 }, attempt),
    outcome: rejected("200 the order is not known"),
  });
});

describe("PUT /stocks", () => {
  const moved = { status: 201, body: { result: "OK" } };
  const move = (operation: string) => ({ method: "PUT" as const, path: "/stocks", body: { items, operation } });
  const plenty: State = ["the stock of the product is", { product_id: 1, quantity: 1000 }];

  pact("stock that is taken", {
    call: "decreaseStock",
    reply: "promised",
    given: [plenty],
    request: move("-"),
    response: moved,
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: done(),
  });

  pact("stock that is put back", {
    call: "increaseStock",
    reply: "promised",
    given: [plenty],
    request: move("+"),
    response: moved,
    make: (url) => store(url).increaseStock(items, attempt),
    outcome: done(),
  });
});
