import { MatchersV3 } from "@pact-foundation/pact";
import { answered, type ContractRequest, pactBetween, pathFrom, withKey } from "test-kit/pact";
import { describe } from "vitest";
import { WebClient } from "../src/web-client.ts";

const { eachLike, integer, like, regex, uuid } = MatchersV3;

/** What a web shop needs from the orchestrator: the end of an order, or the location of its saga. */
const pact = pactBetween("web-client", "orchestrator");

const sagaId = "01a2045e-ab1b-7448-b05d-dd73caf5d5d8";
const client = (url: string) => new WebClient(url);
const laptop = { user_id: 1, items: [{ product_id: 1, quantity: 2 }] };
const place = (headers: NonNullable<ContractRequest["headers"]> = {}): ContractRequest => {
  return { method: "POST", path: "/saga/order", headers, body: laptop };
};
const problem = { "Content-Type": "application/problem+json" };
const step = { step: like("create-order"), status: like("done"), attempts: integer(1) };

describe("POST /saga/order", () => {
  pact("an order that can be fulfilled", {
    call: "placeOrder",
    reply: "created",
    given: [["the order can be fulfilled", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: place(),
    response: {
      status: 200,
      // The clients of the prototype read `status`.
      body: { status: "OK", saga_id: uuid(sagaId), order_id: integer(7), payment_id: integer(3) },
    },
    make: (url) => client(url).placeOrder(laptop),
    outcome: { kind: "created", saga_id: sagaId, order_id: 7, payment_id: 3 },
  });

  pact("the same order again under the same key", {
    call: "placeOrder",
    reply: "created before",
    given: [["the order can be fulfilled", { user_id: 1, product_id: 1, quantity: 2 }], answered("shop/order/1", place())],
    request: place(withKey("shop/order/1")),
    response: { status: 200, body: { status: "OK", saga_id: uuid(sagaId), order_id: integer(7), payment_id: integer(3) } },
    make: (url) => client(url).placeOrder(laptop, { "idempotency-key": '"shop/order/1"' }),
    outcome: { kind: "created" },
  });

  pact("an order for a product that is not sold", {
    call: "placeOrder",
    reply: "refused",
    given: [["the product is not sold", { product_id: 999_999 }]],
    request: { ...place(), body: { user_id: 1, items: [{ product_id: 999_999, quantity: 1 }] } },
    response: {
      status: 409,
      headers: problem,
      body: {
        type: "saga-cancelled",
        status: 409,
        detail: like("The step create-order could not be done."),
        saga_id: uuid(sagaId),
        step: "create-order",
        reason: like("500 Product ID 999999 not found in database."),
        rolled_back: [],
      },
    },
    make: (url) => client(url).placeOrder({ user_id: 1, items: [{ product_id: 999_999, quantity: 1 }] }),
    outcome: { kind: "refused", step: "create-order", rolled_back: [] },
  });

  pact("an order for more than the stock", {
    call: "placeOrder",
    reply: "refused, and undone",
    given: [["the stock of the product is", { product_id: 1, quantity: 1 }]],
    request: place(),
    response: {
      status: 409,
      headers: problem,
      body: {
        type: "saga-cancelled",
        status: 409,
        detail: like("The step decrease-stock could not be done."),
        saga_id: uuid(sagaId),
        order_id: integer(7),
        step: "decrease-stock",
        reason: like("409 Not enough stock of product 1: 1 left."),
        rolled_back: ["create-order"],
      },
    },
    make: (url) => client(url).placeOrder(laptop),
    outcome: { kind: "refused", order_id: 7, step: "decrease-stock", rolled_back: ["create-order"] },
  });

  pact("an order while Payments is unavailable", {
    call: "placeOrder",
    reply: "unavailable",
    given: [
      ["the order can be fulfilled", { user_id: 1, product_id: 1, quantity: 2 }],
      ["Payments is unavailable", {}],
    ],
    request: place(),
    response: {
      status: 503,
      headers: problem,
      body: {
        type: "participant-unavailable",
        status: 503,
        detail: like("The step create-payment could not be done."),
        saga_id: uuid(sagaId),
        order_id: integer(7),
        step: "create-payment",
        reason: like("503"),
        rolled_back: ["decrease-stock", "create-order"],
      },
    },
    make: (url) => client(url).placeOrder(laptop),
    outcome: { kind: "unavailable", step: "create-payment", rolled_back: ["decrease-stock", "create-order"] },
  });

  pact("an order whose client does not wait", {
    call: "placeOrder",
    reply: "pending",
    given: [["the order can be fulfilled", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: place({ Prefer: "respond-async" }),
    response: {
      status: 202,
      headers: {
        "Content-Type": "application/json",
        Location: regex(/^\/sagas\/[0-9a-f-]{36}$/, `/sagas/${sagaId}`),
        "Preference-Applied": "respond-async",
        "Retry-After": regex(/^\d+$/, "1"),
      },
      body: { saga_id: uuid(sagaId), state: like("CREATING_ORDER"), status: statusOf("running"), steps: eachLike(step) },
    },
    make: (url) => client(url).placeOrder(laptop, { prefer: "respond-async" }),
    outcome: { kind: "pending", location: `/sagas/${sagaId}`, saga_id: sagaId },
  });

  pact("an order without items", {
    call: "placeOrder",
    reply: "problem",
    given: [],
    request: { ...place(), body: { user_id: 1, items: [] } },
    response: {
      status: 422,
      headers: problem,
      body: {
        type: "invalid-request",
        status: 422,
        detail: like("/items must have 1 to 100 items"),
        errors: eachLike({ pointer: "/items", detail: like("must have 1 to 100 items") }),
      },
    },
    make: (url) => client(url).placeOrder({ user_id: 1, items: [] }),
    outcome: { kind: "problem", type: "invalid-request", errors: [{ pointer: "/items" }] },
  });
});

describe("GET /sagas/{saga_id}", () => {
  pact("a read of an order's saga", {
    call: "saga",
    reply: "completed",
    given: [["an order was fulfilled", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: { method: "GET", path: pathFrom("saga_id", (id) => `/sagas/${id}`, { example: sagaId, pattern: "[0-9a-f-]{36}" }) },
    response: {
      status: 200,
      body: { saga_id: uuid(sagaId), state: "COMPLETED", status: "completed", steps: eachLike(step) },
    },
    make: (url) => client(url).saga(sagaId),
    outcome: { saga_id: sagaId, state: "COMPLETED", status: "completed" },
  });

  pact("a read of a saga that never existed", {
    call: "saga",
    reply: "problem",
    given: [],
    request: { method: "GET", path: `/sagas/${sagaId}` },
    response: {
      status: 404,
      headers: problem,
      body: { type: "not-found", status: 404, detail: like(`There is no saga ${sagaId}.`) },
    },
    make: (url) =>
      client(url)
        .saga(sagaId)
        .catch((error: unknown) => ({ error })),
    outcome: { error: { problem: { type: "not-found", status: 404 } } },
  });
});

describe("POST /sagas/{saga_id}/signals/{step}", () => {
  const paid = { is_paid: true };
  const signal: ContractRequest = {
    method: "POST",
    path: pathFrom("saga_id", (id) => `/sagas/${id}/signals/await-payment`, { example: sagaId, pattern: "[0-9a-f-]{36}" }),
    headers: {},
    body: paid,
  };

  pact("a signal for an order that waits for it", {
    call: "signal",
    reply: "accepted",
    given: [["an order waits for its payment", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: signal,
    response: { status: 202, body: { saga_id: uuid(sagaId), step: "await-payment", signal: "taken" } },
    make: (url) => client(url).signal(sagaId, "await-payment", paid),
    outcome: { kind: "accepted", saga_id: sagaId, step: "await-payment", signal: "taken" },
  });

  pact("a signal for an order that was undone before", {
    call: "signal",
    reply: "late",
    given: [["an order was undone because nobody paid", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: signal,
    response: {
      status: 409,
      headers: problem,
      body: {
        type: "signal-late",
        status: 409,
        detail: like("The saga has ended."),
        because: "ended",
        saga_status: "cancelled",
        state: "CANCELLED",
      },
    },
    make: (url) => client(url).signal(sagaId, "await-payment", paid),
    outcome: { kind: "late", because: "ended", saga_status: "cancelled", state: "CANCELLED" },
  });

  pact("a signal for an order, no step of which takes one", {
    call: "signal",
    reply: "not taken",
    given: [["an order was fulfilled", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: {
      method: "POST",
      path: pathFrom("saga_id", (id) => `/sagas/${id}/signals/create-payment`, { example: sagaId, pattern: "[0-9a-f-]{36}" }),
      headers: withKey("shop/signal/1"),
      body: { payment_id: 7 },
    },
    response: {
      status: 404,
      headers: problem,
      body: { type: "not-found", status: 404, detail: like('The step "create-payment" takes no signal.') },
    },
    make: (url) => client(url).signal(sagaId, "create-payment", { payment_id: 7 }, { "idempotency-key": '"shop/signal/1"' }),
    outcome: { kind: "problem", type: "not-found" },
  });

  pact("a signal for a saga that never existed", {
    call: "signal",
    reply: "problem",
    given: [],
    request: { method: "POST", path: `/sagas/${sagaId}/signals/create-payment`, headers: {}, body: { payment_id: 7 } },
    response: {
      status: 404,
      headers: problem,
      body: { type: "not-found", status: 404, detail: like(`There is no saga ${sagaId}.`) },
    },
    make: (url) => client(url).signal(sagaId, "create-payment", { payment_id: 7 }),
    outcome: { kind: "problem", type: "not-found" },
  });
});

describe("GET /sagas/{saga_id}/events", () => {
  pact("a read of an order's history", {
    call: "history",
    reply: "events",
    given: [["an order was fulfilled", { user_id: 1, product_id: 1, quantity: 2 }]],
    request: {
      method: "GET",
      path: pathFrom("saga_id", (id) => `/sagas/${id}/events`, { example: sagaId, pattern: "[0-9a-f-]{36}" }),
    },
    response: {
      status: 200,
      body: {
        items: eachLike({
          type: like("started"),
          at: regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, "2026-11-22T12:00:00.000Z"),
          data: { state: like("CREATING_ORDER") },
        }),
        next_after: null,
      },
    },
    make: async (url) => ({ history: await client(url).history(sagaId) }),
    outcome: { history: [{ type: "started", data: { state: "CREATING_ORDER" } }] },
  });
});

function statusOf(example: string) {
  return regex(/^(running|completed|cancelled|needs_intervention)$/, example);
}
