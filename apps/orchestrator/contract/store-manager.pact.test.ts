import { MatchersV3 } from "@pact-foundation/pact";
import { done, rejected, unavailable } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { type ContractRequest, pactBetween, pathFrom, type State, valueFrom } from "test-kit/pact";
import { describe } from "vitest";
import { StoreManager } from "../src/participants/store-manager.ts";
import { databaseError } from "./database-errors.ts";

const { equal, integer, matchStatus, regex } = MatchersV3;

/** The replies of both templates of the existing Store Manager (docs/participants.md), which pass this pact unchanged. */
const pact = pactBetween("orchestrator-base", "store-manager");

const attempt = sampleAttempt();
const store = (url: string) => new StoreManager({ url, keyed: false, callTimeoutMs: 30_000 });

const ada: State = ["the user exists", { user_id: 1 }];
const laptop: State = ["the product is sold", { product_id: 1 }];
const order: State = ["the order exists", { user_id: 1, product_id: 1, quantity: 2 }];
const orderPath = pathFrom("order_id", (id) => `/orders/${id}`, { example: "7", pattern: "\\d+" });
const items = [{ product_id: 1, quantity: 2 }];
const create = { method: "POST", path: "/orders", body: { user_id: 1, items } } as const;

const noSuchUser = databaseError(1452, "INSERT");
/** One template answers a read with 201 (!), the other with 200. */
const readStatus = matchStatus(201, [200, 201]);

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

  pact("an order for a product that is not sold", {
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

  pact("an order without items", {
    call: "createOrder",
    reply: "no items",
    given: [ada],
    request: { ...create, body: { user_id: 1, items: [] } },
    // The whole text decides.
    response: { status: 500, body: { error: "Cannot create order. An order must have 1 or more items." } },
    make: (url) => store(url).createOrder({ user_id: 1, items: [] }, attempt),
    outcome: rejected("500 Cannot create order. An order must have 1 or more items."),
  });

  pact("an order by an unknown user", {
    call: "createOrder",
    reply: "an unknown user",
    given: [["the user does not exist", { user_id: 999_999 }], laptop],
    request: { ...create, body: { user_id: 999_999, items } },
    // Of the lines of the text, only the number and the statement decide.
    response: { status: 500, body: { error: regex(noSuchUser.pattern, noSuchUser.text) } },
    make: (url) => store(url).createOrder({ user_id: 999_999, items }, attempt),
    outcome: rejected(`500 ${noSuchUser.text}`),
  });
});

describe("GET /orders/{order_id}", () => {
  pact("a read of an order", {
    call: "readTotalAmount",
    reply: "promised",
    given: [order],
    request: { method: "GET", path: orderPath },
    // The amount is a string (!).
    response: { status: readStatus, body: { total_amount: regex(/^\d+(\.\d+)?$/, "3999.98") } },
    make: (url) => store(url).readTotalAmount(7, attempt),
    outcome: done({ total_amount: 3999.98 }),
  });

  // A deleted order may still be shown, so no interaction reads one.
  pact("a read of an order that never existed", {
    call: "readTotalAmount",
    reply: "an order that does not exist",
    given: [["the order never existed", { order_id: 999_999_999 }]],
    request: { method: "GET", path: "/orders/999999999" },
    response: { status: readStatus, body: equal({}) },
    make: (url) => store(url).readTotalAmount(999_999_999, attempt),
    outcome: unavailable("201 without the promised members"),
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

  pact("the deletion of an order that was already deleted", {
    call: "deleteOrder",
    reply: "an order that was already deleted",
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
    body: { order_id: valueFrom("order_id", 7), is_paid: false, payment_id: 3 },
  };

  pact("a payment linked to an order", {
    call: "linkPayment",
    reply: "promised",
    given: [order],
    request: link,
    response: { status: 200, body: { updated: true } },
    make: (url) => store(url).linkPayment({ order_id: 7, payment_id: 3 }, attempt),
    outcome: done(),
  });

  pact("a payment linked to a deleted order", {
    call: "linkPayment",
    reply: "an order that does not exist, not changed",
    given: [["the order was deleted", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: link,
    response: { status: 200, body: { updated: false } },
    make: (url) => store(url).linkPayment({ order_id: 7, payment_id: 3 }, attempt),
    outcome: rejected("200 the order does not exist"),
  });
});

describe("PUT /stocks", () => {
  const moved = { status: 201, body: { result: "OK" } };
  // The existing service keeps the row of a moved product locked, so each interaction moves another product.
  const keyboards = [{ product_id: 2, quantity: 2 }];
  const enoughOf = (product_id: number): State => ["enough of the product is in stock", { product_id, quantity: 2 }];

  pact("a decrease of stock", {
    call: "decreaseStock",
    reply: "promised",
    given: [enoughOf(1)],
    request: { method: "PUT", path: "/stocks", body: { items, operation: "-" } },
    response: moved,
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: done(),
  });

  pact("an increase of stock", {
    call: "increaseStock",
    reply: "promised",
    given: [enoughOf(2)],
    request: { method: "PUT", path: "/stocks", body: { items: keyboards, operation: "+" } },
    response: moved,
    make: (url) => store(url).increaseStock(keyboards, attempt),
    outcome: done(),
  });
});
