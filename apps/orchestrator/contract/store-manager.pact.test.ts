import { MatchersV3 } from "@pact-foundation/pact";
import { done, rejected, unavailable } from "saga-core";
import { type ContractRequest, idFrom, pactBetween, pathFrom, type State } from "test-kit/pact";
import { describe } from "vitest";
import { StoreManager } from "../src/participants/store-manager.ts";
import { databaseError } from "./database-errors.ts";

const { equal, integer, matchStatus, regex } = MatchersV3;

/** What both templates of the existing Store Manager answer (docs/participants.md): they pass this pact as they are. */
const pact = pactBetween("orchestrator-base", "store-manager");

const attempt = { key: "saga/step/run" };
const store = (url: string) => new StoreManager({ url, keyed: false, callTimeoutMs: 30_000 });

const ada: State = ["the user is known", { user_id: 1 }];
const laptop: State = ["the product is sold", { product_id: 1 }];
const order: State = ["the order exists", { user_id: 1, product_id: 1, quantity: 2 }];
const orderPath = pathFrom("order_id", (id) => `/orders/${id}`, { example: "7", pattern: "\\d+" });
const items = [{ product_id: 1, quantity: 2 }];
const create = { method: "POST", path: "/orders", body: { user_id: 1, items } } as const;

const noSuchUser = databaseError(1452, "INSERT");
/** One template answers a look with 201 (!), the other with 200. */
const shown = matchStatus(201, [200, 201]);

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
    // The text has several lines; its number and its statement decide.
    response: { status: 500, body: { error: regex(noSuchUser.pattern, noSuchUser.text) } },
    make: (url) => store(url).createOrder({ user_id: 999_999, items }, attempt),
    outcome: rejected(`500 ${noSuchUser.text}`),
  });
});

describe("GET /orders/{order_id}", () => {
  pact("a look at an order", {
    call: "readTotalAmount",
    reply: "promised",
    given: [order],
    request: { method: "GET", path: orderPath },
    // A string (!).
    response: { status: shown, body: { total_amount: regex(/^\d+(\.\d+)?$/, "3999.98") } },
    make: (url) => store(url).readTotalAmount(7, attempt),
    outcome: done({ total_amount: 3999.98 }),
  });

  // One that was deleted may still be shown: nothing is said of it here.
  pact("a look at an order that never was", {
    call: "readTotalAmount",
    reply: "an order that nobody knows",
    given: [["the order never was", { order_id: 999_999_999 }]],
    request: { method: "GET", path: "/orders/999999999" },
    response: { status: shown, body: equal({}) },
    make: (url) => store(url).readTotalAmount(999_999_999, attempt),
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
  // The existing service keeps a moved product's row locked: each move is of a product of its own.
  const keyboards = [{ product_id: 2, quantity: 2 }];
  const enoughOf = (product_id: number): State => ["enough of the product is in stock", { product_id, quantity: 2 }];

  pact("stock that is taken", {
    call: "decreaseStock",
    reply: "promised",
    given: [enoughOf(1)],
    request: { method: "PUT", path: "/stocks", body: { items, operation: "-" } },
    response: moved,
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: done(),
  });

  pact("stock that is put back", {
    call: "increaseStock",
    reply: "promised",
    given: [enoughOf(2)],
    request: { method: "PUT", path: "/stocks", body: { items: keyboards, operation: "+" } },
    response: moved,
    make: (url) => store(url).increaseStock(keyboards, attempt),
    outcome: done(),
  });
});
