import { MatchersV3 } from "@pact-foundation/pact";
import { type Outcome, rejected, unavailable } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { type ContractRequest, pactBetween, pathFrom, type State } from "test-kit/pact";
import { describe } from "vitest";
import { StoreManager } from "../src/participants/store-manager.ts";
import { databaseErrorsAt } from "./database-errors.ts";

/** Replies that a Store Manager may also send. The existing one does not send them; the saga handles them. */
const pact = pactBetween("orchestrator-optional", "store-manager");

const attempt = sampleAttempt();
const store = (url: string) => new StoreManager({ url, keyed: false, callTimeoutMs: 30_000 });
const items = [{ product_id: 3, quantity: 2 }];

describe("PUT /stocks", () => {
  pact("a decrease by more than the stock", {
    call: "decreaseStock",
    reply: "not enough stock",
    given: [["the stock of the product is", { product_id: 3, quantity: 1 }]],
    request: { method: "PUT", path: "/stocks", body: { items, operation: "-" } },
    response: { status: 409, body: { error: MatchersV3.like("Not enough stock of product 3: 1 left.") } },
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: rejected("409 Not enough stock of product 3: 1 left."),
  });
});

describe("PUT /stocks with a quantity of 0", () => {
  const zero = [{ product_id: 3, quantity: 0 }];
  const refused = { status: 400, body: { error: MatchersV3.like("A quantity is a positive integer.") } };
  const given: readonly State[] = [["the stock of the product is", { product_id: 3, quantity: 1 }]];

  const moves = [
    ["a decrease by 0", "decreaseStock", "-"],
    ["an increase by 0", "increaseStock", "+"],
  ] as const;

  for (const [description, call, operation] of moves) {
    pact(description, {
      call,
      reply: "a quantity that is not positive",
      given,
      request: { method: "PUT", path: "/stocks", body: { items: zero, operation } },
      response: refused,
      make: (url) => store(url)[call](zero, attempt),
      outcome: rejected("400 A quantity is a positive integer."),
    });
  }
});

describe("a service that is overloaded or whose database fails", () => {
  const orderPath = pathFrom("order_id", (id) => `/orders/${id}`, { example: "7", pattern: "\\d+" });
  const order: State = ["the order exists", { user_id: 1, product_id: 1, quantity: 2 }];

  const calls: readonly {
    readonly call: string;
    readonly route: string;
    readonly given?: readonly State[];
    readonly request: ContractRequest;
    readonly make: (url: string) => Promise<Outcome<object>>;
    /** Set for a call with an effect at which the database may fail. */
    readonly database?: Parameters<typeof databaseErrorsAt>[0];
  }[] = [
    {
      call: "createOrder",
      route: "POST /orders",
      request: { method: "POST", path: "/orders", body: { user_id: 1, items } },
      make: (url) => store(url).createOrder({ user_id: 1, items }, attempt),
      database: { status: 500, statement: "INSERT", readsAfterCommit: true },
    },
    {
      call: "readTotalAmount",
      route: "GET /orders/{order_id}",
      given: [order],
      request: { method: "GET", path: orderPath },
      make: (url) => store(url).readTotalAmount(7, attempt),
    },
    {
      call: "deleteOrder",
      route: "DELETE /orders/{order_id}",
      given: [order],
      request: { method: "DELETE", path: orderPath },
      make: (url) => store(url).deleteOrder(7, attempt),
      database: { status: 500, statement: "DELETE", readsAfterCommit: false },
    },
    {
      call: "linkPayment",
      route: "PUT /orders",
      request: { method: "PUT", path: "/orders", body: { order_id: 7, is_paid: false, payment_id: 3 } },
      make: (url) => store(url).linkPayment({ order_id: 7, payment_id: 3 }, attempt),
    },
    {
      call: "decreaseStock",
      route: "PUT /stocks",
      request: { method: "PUT", path: "/stocks", body: { items, operation: "-" } },
      make: (url) => store(url).decreaseStock(items, attempt),
      database: { status: 500, statement: "UPDATE", readsAfterCommit: false },
    },
    {
      call: "increaseStock",
      route: "PUT /stocks",
      request: { method: "PUT", path: "/stocks", body: { items, operation: "+" } },
      make: (url) => store(url).increaseStock(items, attempt),
      database: { status: 500, statement: "UPDATE", readsAfterCommit: false },
    },
  ];

  for (const { call, route, given = [], request, make, database } of calls) {
    pact(`${call} while the service is overloaded`, {
      call,
      reply: "unavailable, with Retry-After",
      given: [...given, ["the service is overloaded", { route, retry_after_s: 2 }]],
      request,
      // The time is in seconds. The call had no effect, so it may be repeated.
      response: { status: 503, headers: { "Retry-After": MatchersV3.regex(/^\d+$/, "2") } },
      make,
      // A read is unavailable after any failure.
      outcome: call === "readTotalAmount" ? unavailable("503") : unavailable("503", { retryAfterMs: 2_000 }),
    });

    for (const { reply, status, text, pattern, isAfterCommit, outcome } of database ? databaseErrorsAt(database) : []) {
      pact(`${call} during ${reply}`, {
        call,
        reply,
        given: [...given, ["the database fails", { route, status, error: text, is_after_commit: isAfterCommit }]],
        request,
        response: { status, body: { error: MatchersV3.regex(pattern, text) } },
        make,
        outcome: { outcome, reason: `${status} ${text}` },
      });
    }
  }
});
