import { configure, reset } from "@logtape/logtape";
import { afterEach, describe, expect, it } from "vitest";
import { OrderStack } from "./testing/stack/order-stack.ts";

let stack: OrderStack;

afterEach(async () => {
  await stack.stop();
  await reset();
});

const oneItem = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const untouchedStock = { 1: 1000, 2: 500, 3: 2, 4: 90 };
const card = { cardNumber: 4111, cardCode: 123, expirationDate: "2030-01-05" };
const process = "POST /payments/process/{payment_id}";
const step = "await-payment";
/** Longer than any test. */
const DAY_MS = 86_400_000;

/** Places an order that is paid later. */
async function place(): Promise<string> {
  const headers = { "content-type": "application/json", prefer: "respond-async" };
  const { status, body } = await stack.request("/saga/order-paid-later", {
    method: "POST",
    headers,
    body: JSON.stringify(oneItem),
  });
  expect(status).toBe(202);
  return String(body["saga_id"]);
}

/** Places one, and waits until it waits for its payment. */
async function placeAndAwait(): Promise<string> {
  const id = await place();
  await expect.poll(() => stateOf(id)).toBe("AWAITING_PAYMENT");
  return id;
}

async function sagaOf(id: string): Promise<Record<string, unknown>> {
  return (await stack.request(`/sagas/${id}`)).body;
}

async function stateOf(id: string): Promise<unknown> {
  return (await sagaOf(id))["state"];
}

/** Pays at Payments, which signals it. */
async function pay(paymentId = 1): Promise<void> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(card) };
  const reply = await fetch(`${stack.payments.url}/payments/process/${paymentId}`, init);
  expect([reply.status, await reply.json()]).toEqual([200, { order_id: 1, payment_id: paymentId, is_paid: true }]);
}

/** What became of the signals of Payments. */
async function signals(): Promise<readonly unknown[]> {
  const { items } = await stack.control(stack.payments, "signals");
  return Array.isArray(items) ? items : [];
}

async function post(path: string, body: object) {
  return await stack.request(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

describe("an order that is paid later", () => {
  it("waits for its payment, and completes when it is paid", async () => {
    stack = await OrderStack.start({ paidLaterWaitMs: DAY_MS });
    const id = await placeAndAwait();
    expect(await sagaOf(id)).toMatchObject({
      status: "running",
      data: { order_id: 1, payment_id: 1 },
      steps: [{}, {}, {}, { step: "open-payment", status: "done" }, { step, waits: { on_timeout: "turn-back" } }],
    });
    await pay();
    await expect.poll(() => stateOf(id)).toBe("COMPLETED");
    expect(await signals()).toMatchObject([{ state: "accepted", status: 202, key: "payments/1/processed" }]);
    expect(await stack.effects()).toEqual({
      routes: ["POST /orders", "PUT /stocks", "POST /payments", process],
      orders: 1,
      stock: { ...untouchedStock, 1: 999 },
      payments: 1,
    });
  });

  it("is undone, with its stock back, when it is not paid in time", async () => {
    stack = await OrderStack.start({ paidLaterWaitMs: 1 });
    const id = await place();
    await expect.poll(() => stateOf(id)).toBe("CANCELLED");
    expect(await sagaOf(id)).toMatchObject({ lasting: [{ step: "open-payment", applied: "yes" }] });
    expect(await stack.effects()).toMatchObject({ orders: 0, stock: untouchedStock });
  });

  it("completes once when its payment is signalled twice", async () => {
    stack = await OrderStack.start({ paidLaterWaitMs: DAY_MS });
    await stack.fault(stack.payments, { route: process, fault: "signal_twice", times: 1 });
    const id = await placeAndAwait();
    await pay();
    await expect.poll(signals).toMatchObject([
      { state: "accepted", status: 202 },
      { state: "accepted", status: 202 },
    ]);
    expect(await sagaOf(id)).toMatchObject({ state: "COMPLETED" });
    expect(await sagaOf(id)).not.toHaveProperty("late_signals");
  });

  it("that is paid after it was undone lists the late signal until a person acknowledges it", async () => {
    stack = await OrderStack.start({ paidLaterWaitMs: DAY_MS });
    const id = await placeAndAwait();
    expect((await post(`/sagas/${id}/end-wait`, { step, note: "nobody pays" })).status).toBe(202);
    await expect.poll(() => stateOf(id)).toBe("CANCELLED");
    await pay();
    await expect.poll(signals).toMatchObject([{ state: "late", status: 409 }]);
    expect((await sagaOf(id))["late_signals"]).toMatchObject([{ step, because: "ended" }]);
    expect((await post(`/sagas/${id}/acknowledge`, { by: "ada", note: "paid back" })).status).toBe(200);
    expect(await sagaOf(id)).not.toHaveProperty("late_signals");
  });

  it("is logged as ended once, and its late signal as one", async () => {
    const lines: string[] = [];
    await configure({
      sinks: { memory: ({ level, message }) => void lines.push(`${level} ${message.join("")}`) },
      loggers: [
        { category: ["orchestrator", "order-paid-later"], lowestLevel: "info", sinks: ["memory"] },
        { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
      ],
    });
    stack = await OrderStack.start({ paidLaterWaitMs: DAY_MS });
    const id = await placeAndAwait();
    await post(`/sagas/${id}/end-wait`, { step, note: "nobody pays" });
    await expect.poll(() => stateOf(id)).toBe("CANCELLED");
    await post(`/sagas/${id}/signals/${step}`, { is_paid: true });
    await post(`/sagas/${id}/acknowledge`, { by: "ada" });
    expect(lines).toEqual([
      expect.stringMatching(/^info Saga .* in .*: wait-ended by a person$/),
      expect.stringMatching(/^info Saga .* turns back at await-payment after .*timeout/),
      expect.stringMatching(/^info Saga .* is CANCELLED /),
      expect.stringMatching(/^warning Saga .* in CANCELLED has a late signal for await-payment/),
      expect.stringMatching(/^info Saga .* in CANCELLED: acknowledged by a person$/),
    ]);
  });

  it("completes when it is paid before the answer with the payment's id has come", async () => {
    stack = await OrderStack.start({ paidLaterWaitMs: DAY_MS });
    await stack.fault(stack.payments, { route: "POST /payments", fault: "delay_after", delay_ms: 300, times: 1 });
    const id = await place();
    await expect.poll(async () => (await stack.effects()).payments).toBe(1);
    await pay();
    await expect.poll(() => stateOf(id)).toBe("COMPLETED");
    expect(await signals()).toMatchObject([{ state: "accepted" }]);
  });

  it("waits on when its payment is never signalled, and a person who looked at Payments can signal it", async () => {
    stack = await OrderStack.start({ paidLaterWaitMs: DAY_MS });
    await stack.fault(stack.payments, { route: process, fault: "signal_never", times: 1 });
    const id = await placeAndAwait();
    await pay();
    expect(await signals()).toMatchObject([{ state: "not sent" }]);
    expect(await stateOf(id)).toBe("AWAITING_PAYMENT");
    const { status, body } = await post(`/sagas/${id}/signals/${step}`, { is_paid: true });
    expect([status, body["signal"]]).toEqual([202, "taken"]);
    await expect.poll(() => stateOf(id)).toBe("COMPLETED");
  });

  it("completes when the orchestrator is killed after it has accepted the signal", async () => {
    stack = await OrderStack.start({ paidLaterWaitMs: DAY_MS });
    const id = await placeAndAwait();
    const { status } = await post(`/signals/order-paid-later/${step}/1`, { order_id: 1, payment_id: 1, is_paid: true });
    await stack.crash();
    expect(status).toBe(202);
    await expect.poll(() => stateOf(id)).toBe("COMPLETED");
  });

  it("completes when the orchestrator was down while the customer paid, because Payments signals it until it is accepted", async () => {
    stack = await OrderStack.start({ paidLaterWaitMs: DAY_MS });
    const id = await placeAndAwait();
    await stack.close();
    await pay();
    await expect.poll(signals).toMatchObject([{ state: "under way", status: 503 }]);
    await stack.restart();
    await expect.poll(() => stateOf(id)).toBe("COMPLETED");
  });
});

describe("an orchestrator without a time for such orders", () => {
  it("does not serve them, and keeps one of its journal for a human", async () => {
    stack = await OrderStack.start({ paidLaterWaitMs: DAY_MS });
    const id = await placeAndAwait();
    await stack.restart(undefined, { PAID_LATER_WAIT_MS: undefined });
    expect((await stack.fetch(new Request("http://orchestrator/saga/order-paid-later", { method: "POST" }))).status).toBe(404);
    expect((await stack.request(`/sagas/${id}`)).body).toMatchObject({ status: "needs_intervention" });
  });
});
