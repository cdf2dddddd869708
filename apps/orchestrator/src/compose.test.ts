import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OrderStack } from "./testing/order-stack.ts";

let stack: OrderStack;

afterEach(() => stack.stop());

/** The request that existing clients send. */
const existing = {
  user_id: 1,
  items: [
    { product_id: 3, quantity: 2 },
    { product_id: 2, quantity: 4 },
  ],
};
const one = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const untouchedStock = { 1: 1000, 2: 500, 3: 2, 4: 90 };
const forward = ["POST /orders", "PUT /stocks", "POST /payments"];
const undone = ["POST /orders", "PUT /stocks", "PUT /stocks", "DELETE /orders/{order_id}"];

describe("an order", () => {
  it("that existing clients send is done once, and the second time refused with nothing left applied", async () => {
    stack = await OrderStack.start();
    const first = await stack.order(existing);
    expect([first.status, first.body]).toEqual([
      200,
      { order_id: 1, status: "OK", saga_id: expect.any(String), state: "COMPLETED", payment_id: 1 },
    ]);
    const second = await stack.order(existing);
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

  it("whose payment is refused is undone in reverse", async () => {
    stack = await OrderStack.start();
    await stack.control(stack.payments, "refused-users", { users: [2] });
    const { status, body } = await stack.order({ ...one, user_id: 2 });
    expect([status, body["rolled_back"], body["step"]]).toEqual([409, ["decrease-stock", "create-order"], "create-payment"]);
    expect(await stack.effects()).toEqual({ routes: undone, orders: 0, stock: untouchedStock, payments: 0 });
  });

  it("of an unknown product is refused before anything is applied", async () => {
    stack = await OrderStack.start();
    const { status, body } = await stack.order({ user_id: 1, items: [{ product_id: 999, quantity: 1 }] });
    expect([status, body["rolled_back"], body["order_id"]]).toEqual([409, [], undefined]);
    expect(await stack.effects()).toMatchObject({ routes: [] });
  });

  it("that cannot be paid because Payments is unreachable is undone, and may be tried again", async () => {
    stack = await OrderStack.start({ variables: { RETRY_ATTEMPTS_MAX: "3", PAYMENTS_URL: "http://127.0.0.1:1" } });
    const { status, body } = await stack.order(one);
    expect(status).toBe(503);
    expect(body).toMatchObject({
      type: "participant-unavailable",
      step: "create-payment",
      rolled_back: ["decrease-stock", "create-order"],
    });
    const saga = await stack.request(`/sagas/${String(body["saga_id"])}`);
    expect(saga.body["steps"]).toMatchObject([{ status: "undone" }, { status: "undone" }, { status: "skipped", attempts: 3 }]);
    expect(await stack.effects()).toEqual({ routes: undone, orders: 0, stock: untouchedStock, payments: 0 });
  });

  it("is not done in time when it waits past its deadline", async () => {
    stack = await OrderStack.start({ variables: { SAGA_DEADLINE_MS: "1500", CALL_TIMEOUT_MS: "400" } });
    await stack.fault(stack.storeManager, { route: "PUT /stocks", fault: "delay", delay_ms: 2_500, times: 1 });
    const { status, body } = await stack.order(one);
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

describe("a keyed fault", () => {
  const onTheWay = ["POST /orders", "PUT /stocks", "POST /payments", "GET /orders/{order_id}"] as const;
  const cases = onTheWay.flatMap((route) => faults.map((fault) => ({ route, ...fault })));

  it.for(cases)("$fault at $route is settled by repeating: every step is applied once", async (fault) => {
    stack = await OrderStack.start({ variables: { CALL_TIMEOUT_MS: "100" } });
    await stack.fault(fault.route === "POST /payments" ? stack.payments : stack.storeManager, { ...fault, times: 1 });
    expect((await stack.order(one)).status).toBe(200);
    expect(await stack.effects()).toEqual({ routes: forward, orders: 1, stock: { ...untouchedStock, 1: 999 }, payments: 1 });
  });

  const back = faults.flatMap((fault) =>
    (["PUT /stocks", "DELETE /orders/{order_id}"] as const).map((route) => ({ route, ...fault })),
  );

  it.for(back)("$fault at $route while undoing is repeated until it is done, once", async (fault) => {
    stack = await OrderStack.start({ variables: { CALL_TIMEOUT_MS: "100" } });
    await stack.control(stack.payments, "refused-users", { users: [1] });
    // The first PUT is the decrease; a harmless fault lets it pass, and the next one meets the increase.
    if (fault.route === "PUT /stocks")
      await stack.fault(stack.storeManager, { route: fault.route, fault: "delay", delay_ms: 0, times: 1 });
    await stack.fault(stack.storeManager, { ...fault, times: 1 });
    expect((await stack.order(one)).status).toBe(409);
    expect(await stack.effects()).toEqual({ routes: undone, orders: 0, stock: untouchedStock, payments: 0 });
  });
});

describe("an unkeyed participant", () => {
  it("whose reply is lost is never sent to again: a human is asked, and told what is known", async () => {
    stack = await OrderStack.start({ keyed: false });
    await stack.fault(stack.storeManager, { route: "POST /orders", fault: "drop_after" });
    const { status, headers, body } = await stack.order(one);
    expect([status, headers.get("location")]).toEqual([202, `/sagas/${String(body["saga_id"])}`]);
    expect(body).toMatchObject({
      status: "needs_intervention",
      state: "CREATING_ORDER",
      explanation: expect.stringContaining("create-order"),
    });
    expect(await stack.effects()).toMatchObject({ routes: ["POST /orders"], payments: 0 });
  });

  it("that refuses is undone as usual", async () => {
    stack = await OrderStack.start({ keyed: false });
    await stack.control(stack.payments, "refused-users", { users: [1] });
    expect((await stack.order(one)).status).toBe(409);
    expect(await stack.effects()).toMatchObject({ routes: undone, orders: 0, stock: untouchedStock });
  });

  it("has its order deleted again and again, because that has no second effect", async () => {
    stack = await OrderStack.start({ keyed: false });
    await stack.fault(stack.storeManager, { route: "DELETE /orders/{order_id}", fault: "drop_after", times: 2 });
    expect((await stack.order(existing)).status).toBe(200);
    expect((await stack.order(existing)).status).toBe(409);
    expect(await stack.effects()).toMatchObject({ orders: 1 });
  });
});

describe("a caller", () => {
  it("with an Idempotency-Key gets one saga, however often it asks, also after a restart", async () => {
    stack = await OrderStack.start();
    const replies = await Promise.all([1, 2, 3].map(() => stack.order(one, { "idempotency-key": '"k"' })));
    await stack.restart();
    const later = await stack.order(one, { "idempotency-key": "k" });
    expect(new Set([...replies, later].map(({ body }) => body["saga_id"])).size).toBe(1);
    expect(later).toMatchObject({ status: 200, body: { state: "COMPLETED" } });
    const other = await stack.order(existing, { "idempotency-key": "k" });
    expect([other.status, other.body["type"]]).toEqual([422, "idempotency-key-reused"]);
    expect(await stack.effects()).toMatchObject({ routes: forward });
  });

  it("that prefers not to wait gets 202 at once, and the end later", async () => {
    stack = await OrderStack.start();
    const { status, headers } = await stack.order(one, { prefer: "respond-async" });
    expect([status, headers.get("preference-applied"), headers.get("retry-after")]).toEqual([202, "respond-async", "1"]);
    const location = headers.get("location") ?? "";
    await expect.poll(async () => (await stack.request(location)).body["state"]).toBe("COMPLETED");
  });

  it("finds the saga, its history and the list", async () => {
    stack = await OrderStack.start();
    const { body } = await stack.order(one);
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
        { type: "pivot-recorded" },
        { type: "answered", step: "decrease-stock", data: { state: "CREATING_PAYMENT" } },
        { seq: 5, type: "answered", step: "create-payment", data: { attempt: 1, state: "COMPLETED" } },
      ],
    });
    expect((await stack.request("/sagas")).body).toMatchObject({ items: [{ saga_id: id }], next_cursor: null });
  });
});

describe("a saga that cannot be read", () => {
  it("is left alone and told of, and holds up no other", async () => {
    stack = await OrderStack.start({ variables: { SHUTDOWN_GRACE_MS: "0" } });
    await stack.fault(stack.storeManager, { route: "POST /orders", fault: "status", status: 503, retry_after_s: 5 });
    const { body } = await stack.order(one, { prefer: "respond-async" });
    await stack.restart((path) => {
      const database = new DatabaseSync(path);
      database.exec(`UPDATE record SET event = json_set(event, '$.version', 9) WHERE seq = 1`);
      database.close();
    });
    let isFailed = false;
    stack.failed.catch(() => {
      isFailed = true;
    });
    const read = await stack.request(`/sagas/${String(body["saga_id"])}`);
    expect([read.status, read.body["type"], read.body["detail"]]).toEqual([
      500,
      "saga-unreadable",
      expect.stringContaining("order version 9, which is not registered"),
    ]);
    await fetch(`${stack.storeManager.url}/control/faults`, { method: "DELETE" });
    expect((await stack.order(one)).status).toBe(200);
    expect((await stack.request("/sagas")).body["items"]).toHaveLength(1);
    expect(isFailed).toBe(false);
  });
});

describe("a journal that cannot be written", () => {
  const exec = DatabaseSync.prototype.exec;

  /** The commits that the disk refuses, by their number from now on. */
  function refuseCommits(refused: (commit: number) => boolean): void {
    let commits = 0;
    vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql) {
      if (sql === "COMMIT") commits += 1;
      if (sql === "COMMIT" && refused(commits)) throw new Error("database or disk is full");
      exec.call(this, sql);
    });
  }

  afterEach(() => vi.restoreAllMocks());

  it("starts nothing, says so, and ends the process for its supervisor", async () => {
    stack = await OrderStack.start();
    refuseCommits(() => true);
    const { status, headers, body } = await stack.order(one);
    expect([status, body["type"], headers.get("retry-after")]).toEqual([503, "journal-unavailable", "1"]);
    await expect(stack.failed).rejects.toThrow("disk is full");
    expect(await stack.effects()).toMatchObject({ routes: [] });
  });

  it("tells nobody of an end that it does not hold; after the next start the order ends right", async () => {
    for (let failing = 1; failing <= 6; failing += 1) {
      stack = await OrderStack.start({ variables: { RETRY_ATTEMPTS_MAX: "1" } });
      await stack.fault(stack.storeManager, { route: "PUT /stocks", fault: "status", status: 503, retry_after_s: 0, times: 1 });
      refuseCommits((commit) => commit === failing);
      const told = await stack.order(one);
      vi.restoreAllMocks();
      await stack.restart();
      const { items } = (await stack.request("/sagas")).body;
      const [saga] = Array.isArray(items) ? items : [];
      if (told.body["state"] !== undefined && told.status !== 202) expect(saga).toMatchObject({ state: told.body["state"] });
      await expect.poll(async () => (await stack.request("/sagas?status=running")).body["items"]).toEqual([]);
      const { orders, payments } = await stack.effects();
      expect(orders).toBe(payments);
      if (failing < 6) await stack.stop();
    }
  });
});

describe("bad input", () => {
  const item = { product_id: 1, quantity: 1 };
  const quantity = (value: unknown) => JSON.stringify({ user_id: 1, items: [{ product_id: 1, quantity: value }] });
  const cases: readonly (readonly [string, string, number, string, string | undefined, string?])[] = [
    ["malformed JSON", "{", 400, "malformed-json", undefined],
    ["no body", "", 400, "malformed-json", undefined],
    ["a wrong content type", JSON.stringify(one), 415, "unsupported-media-type", undefined, "text/plain"],
    ["no object", "[]", 422, "invalid-request", ""],
    ["missing items", '{"user_id":1}', 422, "invalid-request", "/items"],
    ["empty items", '{"user_id":1,"items":[]}', 422, "invalid-request", "/items"],
    ["101 items", JSON.stringify({ user_id: 1, items: Array(101).fill(item) }), 422, "invalid-request", "/items"],
    ["an item that is none", '{"user_id":1,"items":[7]}', 422, "invalid-request", "/items/0"],
    ["a missing user", JSON.stringify({ items: [item] }), 422, "invalid-request", "/user_id"],
    ["a quantity of 0", quantity(0), 422, "invalid-request", "/items/0/quantity"],
    ["a quantity of -1", quantity(-1), 422, "invalid-request", "/items/0/quantity"],
    ["a quantity of 1.5", quantity(1.5), 422, "invalid-request", "/items/0/quantity"],
    ['a quantity of "2"', quantity("2"), 422, "invalid-request", "/items/0/quantity"],
    ["a quantity of 2^53", quantity(2 ** 53), 422, "invalid-request", "/items/0/quantity"],
    ["a body over 64 KiB", JSON.stringify({ ...one, note: "x".repeat(65_536) }), 413, "body-too-large", undefined],
  ];

  it("gets its problem, with pointers to the members, and touches no participant", async () => {
    stack = await OrderStack.start();
    for (const [name, body, status, type, pointer, contentType = "application/json"] of cases) {
      const told = await stack.request("/saga/order", { method: "POST", headers: { "content-type": contentType }, body });
      expect([name, told.status, told.body["type"], told.headers.get("content-type")]).toEqual([
        name,
        status,
        type,
        "application/problem+json",
      ]);
      if (pointer !== undefined)
        expect(told.body["errors"], name).toMatchObject([{ pointer, detail: expect.stringMatching(/must be/) }]);
    }
    const keyed = await stack.order(one, { "idempotency-key": "x".repeat(256) });
    expect([keyed.status, keyed.body["type"]]).toEqual([400, "malformed-key"]);
    expect(await stack.effects()).toEqual({ routes: [], orders: 0, stock: untouchedStock, payments: 0 });
    expect((await stack.request("/sagas")).body["items"]).toEqual([]);
  });

  it("for an unknown route or method gets a problem too", async () => {
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
      const told = await stack.request(path, { method });
      expect([method, path, told.status, told.headers.get("allow")]).toEqual([method, path, status, allow]);
      expect(told.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("ignores members that it does not know", async () => {
    stack = await OrderStack.start();
    expect((await stack.order({ ...one, note: "by noon, please" })).status).toBe(200);
  });
});
