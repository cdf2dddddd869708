import { lint, ReplyJudge } from "saga-http/testing";
import { afterEach, describe, expect, it } from "vitest";
import { OrderStack } from "./testing/stack/order-stack.ts";

let stack: OrderStack;

afterEach(() => stack.stop());

/** The order that clients of the prototype send. */
const prototypeOrder = {
  user_id: 1,
  items: [
    { product_id: 3, quantity: 2 },
    { product_id: 2, quantity: 4 },
  ],
};
const oneItem = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const untouchedStock = { 1: 1000, 2: 500, 3: 2, 4: 90 };
const forward = ["POST /orders", "PUT /stocks", "POST /payments"];
const undone = ["POST /orders", "PUT /stocks", "PUT /stocks", "DELETE /orders/{order_id}"];

describe("an order", () => {
  it("completes when clients of the prototype send it, and is refused with nothing applied the second time", async () => {
    stack = await OrderStack.start();
    const first = await stack.order(prototypeOrder);
    expect([first.status, first.body]).toEqual([
      200,
      { order_id: 1, status: "OK", saga_id: expect.any(String), state: "COMPLETED", payment_id: 1 },
    ]);
    const second = await stack.order(prototypeOrder);
    expect([second.status, second.headers.get("content-type")]).toEqual([409, "application/problem+json"]);
    expect(second.body).toMatchObject({
      type: "saga-cancelled",
      status: 409,
      saga_id: expect.any(String),
      order_id: 2,
      state: "CANCELLED",
      step: "decrease-stock",
      reason: "409 Not enough stock of product 3: 0 left.",
      rolled_back: ["create-order"],
    });
    const stock = { ...untouchedStock, 2: 496, 3: 0 };
    expect(await stack.effects()).toEqual({
      routes: ["POST /orders", "PUT /stocks", "POST /orders", "DELETE /orders/{order_id}", "POST /payments"],
      orders: 1,
      stock,
      payments: 1,
    });
  });

  it("is undone in reverse when its payment is refused", async () => {
    stack = await OrderStack.start();
    await stack.control(stack.payments, "refused-users", { users: [2] });
    const { status, body } = await stack.order({ ...oneItem, user_id: 2 });
    expect([status, body["rolled_back"], body["step"]]).toEqual([409, ["decrease-stock", "create-order"], "create-payment"]);
    expect(await stack.effects()).toEqual({ routes: undone, orders: 0, stock: untouchedStock, payments: 0 });
  });

  it("is refused before anything is applied when its product is unknown", async () => {
    stack = await OrderStack.start();
    const { status, body } = await stack.order({ user_id: 1, items: [{ product_id: 999, quantity: 1 }] });
    expect([status, body["rolled_back"], body["order_id"]]).toEqual([409, [], undefined]);
    expect(await stack.effects()).toMatchObject({ routes: [] });
  });

  it("is undone and answered 503 when Payments is unreachable", async () => {
    stack = await OrderStack.start({ variables: { RETRY_ATTEMPTS_MAX: "3", PAYMENTS_URL: "http://127.0.0.1:1" } });
    const { status, body } = await stack.order(oneItem);
    expect(status).toBe(503);
    expect(body).toMatchObject({
      type: "participant-unavailable",
      step: "create-payment",
      rolled_back: ["decrease-stock", "create-order"],
    });
    const saga = await stack.request(`/sagas/${String(body["saga_id"])}`);
    expect(saga.body["steps"]).toMatchObject([
      { status: "undone" },
      { status: "undone" },
      { status: "done" },
      { status: "skipped", attempts: 3 },
    ]);
    expect(await stack.effects()).toEqual({ routes: undone, orders: 0, stock: untouchedStock, payments: 0 });
  });

  it("is undone and answered 503 when a call takes longer than its deadline", async () => {
    stack = await OrderStack.start({ variables: { SAGA_DEADLINE_MS: "1500", CALL_TIMEOUT_MS: "400" } });
    await stack.fault(stack.storeManager, { route: "PUT /stocks", fault: "delay", delay_ms: 2_500, times: 1 });
    const { status, body } = await stack.order(oneItem);
    expect([status, body["type"], body["step"]]).toEqual([503, "participant-unavailable", "decrease-stock"]);
    expect(await stack.effects()).toMatchObject({ orders: 0, stock: untouchedStock, payments: 0 });
  });
});

const faults = [
  { fault: "drop_before" },
  { fault: "drop_after" },
  { fault: "malformed" },
  { fault: "status", status: 500 },
  { fault: "status", status: 503, retry_after_s: 0 },
  { fault: "delay", delay_ms: 150 },
] as const;

describe("a fault at a keyed participant", () => {
  const forwardRoutes = ["POST /orders", "PUT /stocks", "POST /payments", "GET /orders/{order_id}"] as const;
  const cases = forwardRoutes.flatMap((route) => faults.map((fault) => ({ route, ...fault })));

  it.for(cases)("is settled by repeating the call, with one effect of each step: $fault at $route", async (fault) => {
    stack = await OrderStack.start({ variables: { CALL_TIMEOUT_MS: "100" } });
    await stack.fault(fault.route === "POST /payments" ? stack.payments : stack.storeManager, { ...fault, times: 1 });
    expect((await stack.order(oneItem)).status).toBe(200);
    expect(await stack.effects()).toEqual({ routes: forward, orders: 1, stock: { ...untouchedStock, 1: 999 }, payments: 1 });
  });

  const undoing = faults.flatMap((fault) =>
    (["PUT /stocks", "DELETE /orders/{order_id}"] as const).map((route) => ({ route, ...fault })),
  );

  it.for(undoing)("is settled by repeating the rollback, with one effect of each: $fault at $route", async (fault) => {
    stack = await OrderStack.start({ variables: { CALL_TIMEOUT_MS: "100" } });
    await stack.control(stack.payments, "refused-users", { users: [1] });
    // The first PUT is the decrease, which gets a harmless fault. The second PUT is the increase.
    if (fault.route === "PUT /stocks")
      await stack.fault(stack.storeManager, { route: fault.route, fault: "delay", delay_ms: 0, times: 1 });
    await stack.fault(stack.storeManager, { ...fault, times: 1 });
    expect((await stack.order(oneItem)).status).toBe(409);
    expect(await stack.effects()).toEqual({ routes: undone, orders: 0, stock: untouchedStock, payments: 0 });
  });
});

describe("an order at unkeyed participants", () => {
  it("needs a human when a reply is lost: the call is not repeated, and the saga explains what is in doubt", async () => {
    stack = await OrderStack.start({ keyed: false });
    await stack.fault(stack.storeManager, { route: "POST /orders", fault: "drop_after" });
    const { status, headers, body } = await stack.order(oneItem);
    expect([status, headers.get("location")]).toEqual([202, `/sagas/${String(body["saga_id"])}`]);
    expect(body).toMatchObject({
      status: "needs_intervention",
      state: "CREATING_ORDER",
      explanation: expect.stringContaining("create-order"),
    });
    const { reasons } = (await stack.request(`/sagas/${String(body["saga_id"])}`)).body;
    expect(reasons).toMatchObject([
      {
        code: "unknown-unkeyed",
        parameters: { step: "create-order", action: "run", participant: "store-manager", attempts: 1 },
        events: [2],
      },
    ]);
    expect(await stack.effects()).toMatchObject({ routes: ["POST /orders"], payments: 0 });
  });

  it("is undone when its payment is refused", async () => {
    stack = await OrderStack.start({ keyed: false });
    await stack.control(stack.payments, "refused-users", { users: [1] });
    expect((await stack.order(oneItem)).status).toBe(409);
    expect(await stack.effects()).toMatchObject({ routes: undone, orders: 0, stock: untouchedStock });
  });

  it("repeats the deletion of the order, because that has no second effect", async () => {
    stack = await OrderStack.start({ keyed: false });
    await stack.fault(stack.storeManager, { route: "DELETE /orders/{order_id}", fault: "drop_after", times: 2 });
    expect((await stack.order(prototypeOrder)).status).toBe(200);
    expect((await stack.order(prototypeOrder)).status).toBe(409);
    expect(await stack.effects()).toMatchObject({ orders: 1 });
  });
});

describe("a caller", () => {
  it("gets the same saga for every request with the same Idempotency-Key, also after a restart", async () => {
    stack = await OrderStack.start();
    const replies = await Promise.all([1, 2, 3].map(() => stack.order(oneItem, { "idempotency-key": '"k"' })));
    await stack.restart();
    const later = await stack.order(oneItem, { "idempotency-key": "k" });
    expect(new Set([...replies, later].map(({ body }) => body["saga_id"])).size).toBe(1);
    expect(later).toMatchObject({ status: 200, body: { state: "COMPLETED" } });
    const other = await stack.order(prototypeOrder, { "idempotency-key": "k" });
    expect([other.status, other.body["type"]]).toEqual([422, "idempotency-key-reused"]);
    expect(await stack.effects()).toMatchObject({ routes: forward });
  });

  it("gets 202 at once with Prefer: respond-async, and finds the end later", async () => {
    stack = await OrderStack.start();
    const { status, headers } = await stack.order(oneItem, { prefer: "respond-async" });
    expect([status, headers.get("preference-applied"), headers.get("retry-after")]).toEqual([202, "respond-async", "1"]);
    const location = headers.get("location") ?? "";
    await expect.poll(async () => (await stack.request(location)).body["state"]).toBe("COMPLETED");
  });

  it("can read the saga, its history and the list of sagas", async () => {
    stack = await OrderStack.start();
    const { body } = await stack.order(oneItem);
    const id = String(body["saga_id"]);
    const saga = await stack.request(`/sagas/${id}`);
    expect(saga.body).toMatchObject({
      saga_id: id,
      definition: "order",
      status: "completed",
      data: { order_id: 1, payment_id: 1 },
    });
    const { body: history } = await stack.request(`/sagas/${id}/events`);
    expect(history).toMatchObject({
      items: [
        { seq: 1, type: "started", data: { state: "CREATING_ORDER" } },
        { type: "answered", step: "create-order", data: { outcome: "done", state: "DECREASING_STOCK" } },
        { type: "answered", step: "decrease-stock", data: { state: "DECREASING_STOCK" } },
        { type: "answered", step: "read-amount", data: { result: { total_amount: 1999.99 }, state: "CREATING_PAYMENT" } },
        { type: "pivot-recorded" },
        { seq: 6, type: "answered", step: "create-payment", data: { attempt: 1, state: "COMPLETED" } },
      ],
    });
    expect((await stack.request("/sagas")).body).toMatchObject({ items: [{ saga_id: id }], next_cursor: null });
  });
});

describe("the orchestrator", () => {
  it("is not ready and starts no saga after it was drained, and still answers requests", async () => {
    stack = await OrderStack.start();
    expect((await stack.request("/health/ready")).status).toBe(200);
    await stack.drain();
    expect(await stack.request("/health/ready")).toMatchObject({
      status: 503,
      body: { detail: "The orchestrator is stopping." },
    });
    expect((await stack.order(oneItem)).status).toBe(503);
    expect((await stack.request("/sagas")).status).toBe(200);
  });
});

describe("the order saga", () => {
  it("pauses itself when 20 orders in a row are in doubt at an unkeyed service, and stays ready", async () => {
    const variables = { AUTO_PAUSE_TRIAL_MS: "100", CIRCUIT_FAILURES_MAX: "1000" };
    stack = await OrderStack.start({ keyed: false, variables });
    await stack.fault(stack.storeManager, { route: "POST /orders", fault: "drop_after", times: 20 });
    const first = await stack.order(oneItem, { "idempotency-key": "first" });
    for (let orders = 1; orders < 20; orders += 1) expect((await stack.order(oneItem)).body["status"]).toBe("needs_intervention");
    await expect.poll(async () => (await stack.request("/health/ready")).body["paused"]).toHaveLength(1);
    expect(await stack.request("/health/ready")).toMatchObject({
      status: 200,
      body: {
        paused: [
          {
            definition: "order",
            automatic: true,
            note: "20 of 20 sagas that ended or stopped within 300 s came to need a human",
          },
        ],
      },
    });
    expect((await stack.order(oneItem, { "idempotency-key": "first" })).body["saga_id"]).toBe(first.body["saga_id"]);
    // No more answers are lost: three trials end the pause.
    const pauseAfterOrder = async () => {
      await stack.order(oneItem);
      return (await stack.request("/definitions/order")).body["paused"];
    };
    await expect.poll(pauseAfterOrder, { timeout: 10_000 }).toBeUndefined();
  });
});

describe("the orchestrator's OpenAPI document", () => {
  it("passes the recommended rules of @redocly/cli, and its examples match their schemas", async () => {
    stack = await OrderStack.start();
    const { body } = await stack.request("/openapi.json");
    expect(await lint(body)).toEqual([]);
    expect(new ReplyJudge(body).faultyExamples()).toEqual([]);
  });
});
