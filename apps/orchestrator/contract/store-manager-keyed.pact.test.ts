import { MatchersV3 } from "@pact-foundation/pact";
import { done } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import {
  aboutTheKey,
  answered,
  type ContractRequest,
  freshKey,
  oweFirstAnswer,
  pactBetween,
  pathFrom,
  type State,
  valueFrom,
  withKey,
} from "test-kit/pact";
import { describe } from "vitest";
import { StoreManager } from "../src/participants/store-manager.ts";

/** The pact that a Store Manager must pass before it may be configured as keyed (STORE_MANAGER_KEYED). */
const pact = pactBetween("orchestrator-keyed", "store-manager");

const key = "saga/step/run";
const attempt = sampleAttempt({ key });
const headers = withKey(key);
const store = (url: string) => new StoreManager({ url, keyed: true, callTimeoutMs: 30_000 });

const items = [{ product_id: 3, quantity: 2 }];
const order: State = ["the order exists", { user_id: 1, product_id: 1, quantity: 2 }];
const orderPath = pathFrom("order_id", (id) => `/orders/${id}`, { example: "7", pattern: "\\d+" });
const stock = (quantity: number): State => ["the stock of the product is", { product_id: 3, quantity }];
const move = (operation: string, quantity = 2): ContractRequest => ({
  method: "PUT",
  path: "/stocks",
  body: { items: [{ product_id: 3, quantity }], operation },
});
const moved = { status: 201, body: { result: "OK" } };
const tooLittle = { status: 409, body: { error: MatchersV3.like("Not enough stock of product 3.") } };

describe("a repeated key gets its first answer", () => {
  const create: ContractRequest = { method: "POST", path: "/orders", body: { user_id: 1, items } };

  oweFirstAnswer(pact, {
    call: "createOrder",
    key,
    given: [],
    request: create,
    response: { status: 201, body: { order_id: MatchersV3.integer(7) } },
    make: (url) => store(url).createOrder({ user_id: 1, items }, attempt),
    outcome: done({ order_id: 7 }),
    other: { ...create, body: { user_id: 2, items } },
  });

  oweFirstAnswer(pact, {
    call: "deleteOrder",
    key,
    given: [order],
    request: { method: "DELETE", path: orderPath },
    // Not 404, the answer to a second request with another key.
    response: { status: 200, body: { deleted: true } },
    make: (url) => store(url).deleteOrder(7, attempt),
    outcome: done(),
    other: { method: "DELETE", path: orderPath },
    afterOther: [order],
  });

  oweFirstAnswer(pact, {
    call: "linkPayment",
    key,
    given: [order],
    request: { method: "PUT", path: "/orders", body: { order_id: valueFrom("order_id", 7), is_paid: false, payment_id: 3 } },
    response: { status: 200, body: { updated: true } },
    make: (url) => store(url).linkPayment({ order_id: 7, payment_id: 3 }, attempt),
    outcome: done(),
    other: { method: "PUT", path: "/orders", body: { order_id: valueFrom("order_id", 7), is_paid: false, payment_id: 4 } },
  });

  oweFirstAnswer(pact, {
    call: "decreaseStock",
    key,
    // The whole stock: a second decrease would be refused.
    given: [stock(2)],
    request: move("-"),
    response: moved,
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: done(),
    other: move("-", 1),
  });

  oweFirstAnswer(pact, {
    call: "increaseStock",
    key,
    given: [stock(0)],
    request: move("+"),
    response: moved,
    make: (url) => store(url).increaseStock(items, attempt),
    outcome: done(),
    other: move("+", 1),
  });
});

describe("a repeated key gets its first answer, also a refusal", () => {
  const unsold = [{ product_id: 999_999, quantity: 2 }];

  pact("createOrder under the key of another request, which was refused", {
    call: "createOrder",
    reply: "the same refusal",
    given: [answered(key, { method: "POST", path: "/orders", body: { user_id: 1, items: unsold } })],
    request: { method: "POST", path: "/orders", body: { user_id: 2, items: unsold }, headers },
    response: aboutTheKey(422, "idempotency-key-reused"),
    make: (url) => store(url).createOrder({ user_id: 2, items: unsold }, attempt),
    outcome: { outcome: "unknown", defect: true },
  });

  pact("decreaseStock again under the key of a refused request, now that there is enough stock", {
    call: "decreaseStock",
    reply: "the same refusal",
    given: [stock(0), answered(key, move("-")), stock(2)],
    request: { ...move("-"), headers },
    response: tooLittle,
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: { outcome: "rejected" },
  });
});

describe("a request has one effect, and its repetition has none", () => {
  pact("a decrease by the rest of the stock, after a decrease that was sent twice", {
    call: "decreaseStock",
    reply: "no second effect",
    given: [stock(4), answered("saga/other/run", move("-")), answered("saga/other/run", move("-")), freshKey],
    request: { ...move("-"), headers },
    response: moved,
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: done(),
  });

  pact("a decrease by more than the stock, after an increase that was sent twice", {
    call: "increaseStock",
    reply: "no second effect",
    given: [stock(0), answered("saga/other/rollback", move("+", 1)), answered("saga/other/rollback", move("+", 1)), freshKey],
    request: { ...move("-"), headers },
    response: tooLittle,
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: { outcome: "rejected" },
  });

  pact("a decrease by more than the rest of the stock, after a decrease", {
    call: "decreaseStock",
    reply: "an effect",
    given: [stock(3), answered("saga/other/run", move("-")), freshKey],
    request: { ...move("-"), headers },
    response: tooLittle,
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: { outcome: "rejected" },
  });

  pact("a decrease by the whole stock, after an increase", {
    call: "increaseStock",
    reply: "an effect",
    given: [stock(0), answered("saga/other/rollback", move("+")), freshKey],
    request: { ...move("-"), headers },
    response: moved,
    make: (url) => store(url).decreaseStock(items, attempt),
    outcome: done(),
  });
});
