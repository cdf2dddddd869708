import { ServedMock } from "mock-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makePayments } from "./mock-payments.ts";

const mock = new ServedMock(makePayments({ keyed: true }));

beforeAll(() => mock.listen());
afterAll(() => mock.close());
beforeEach(() => mock.call("POST", "/control/reset"));

const pay = (change: object = {}) => mock.call("POST", "/payments", { user_id: 1, order_id: 7, total_amount: 99.53, ...change });
const card = { cardNumber: 4111, cardCode: 123, expirationDate: "2030-01-05" };
const state = async () => (await mock.call("GET", "/control/state"))[1];

describe("the Payments API", () => {
  it("creates a payment intent, returns it and processes it", async () => {
    expect(await pay()).toEqual([201, { payment_id: 1 }]);
    expect(await mock.call("GET", "/payments/1")).toEqual([
      200,
      { id: 1, order_id: 7, user_id: 1, total_amount: 99.53, is_paid: false },
    ]);
    expect(await mock.call("POST", "/payments/process/1", card)).toEqual([200, { order_id: 7, payment_id: 1, is_paid: true }]);
    expect(await state()).toEqual({
      payments: [{ payment_id: 1, order_id: 7, user_id: 1, total_amount: 99.53, is_paid: true }],
      refused_users: [],
    });
  });

  it.for<[string, object]>([
    ["an amount of 0", { total_amount: 0 }],
    ["a negative amount", { total_amount: -1 }],
    ["a missing user", { user_id: undefined }],
    ["a missing order", { order_id: undefined }],
  ])("refuses a payment with %s", async ([, change]) => {
    const error = "Vous devez indiquer un ID commande, ID utilisateur et valeur pour le paiement.";
    expect(await pay(change)).toEqual([400, { error }]);
    expect(await state()).toEqual({ payments: [], refused_users: [] });
  });

  it("refuses the payments of the users set by /control/refused-users", async () => {
    expect(await mock.call("POST", "/control/refused-users", { users: [2] })).toEqual([200, { refused_users: [2] }]);
    expect((await pay({ user_id: 2 }))[0]).toBe(402);
    expect((await pay({ user_id: 1 }))[0]).toBe(201);
    expect((await mock.call("POST", "/control/refused-users", { users: "all" }))[0]).toBe(422);
  });

  it("refuses to process a malformed card or an unknown payment", async () => {
    await pay();
    expect((await mock.call("POST", "/payments/process/1", {}))[0]).toBe(400);
    expect((await mock.call("POST", "/payments/process/9", card))[0]).toBe(400);
  });

  it("signals nobody without a URL", async () => {
    await pay();
    await mock.call("POST", "/payments/process/1", card);
    expect(await mock.call("GET", "/control/signals")).toEqual([200, { items: [] }]);
  });

  it("answers {} for an unknown payment, and reports that it is running", async () => {
    expect(await mock.call("GET", "/payments/9")).toEqual([200, {}]);
    expect(await mock.call("GET", "/")).toEqual([200, { service: "PaymentMicroservice", status: "running" }]);
  });
});

describe("a Payments API that signals", () => {
  // Nobody listens there.
  const signalUrl = "http://127.0.0.1:1/signals/order-paid-later/await-payment";
  const signalling = new ServedMock(makePayments({ keyed: true, signalUrl }));

  beforeAll(() => signalling.listen());
  afterAll(() => signalling.close());

  it("signals what it answered when a payment was processed, and nothing when it was refused", async () => {
    await signalling.call("POST", "/payments", { user_id: 1, order_id: 7, total_amount: 99.53 });
    expect((await signalling.call("POST", "/payments/process/1", {}))[0]).toBe(400);
    await signalling.call("POST", "/payments/process/1", card);
    expect(await signalling.call("GET", "/control/signals")).toMatchObject([
      200,
      { items: [{ url: `${signalUrl}/1`, key: "payments/1/processed", body: { order_id: 7, payment_id: 1, is_paid: true } }] },
    ]);
  });

  it("takes faults of its signal at that route alone", async () => {
    const fault = (route: string) => signalling.call("POST", "/control/faults", { route, fault: "signal_never", times: 1 });
    expect((await fault("POST /payments/process/{payment_id}"))[0]).toBe(201);
    expect((await fault("POST /payments"))[0]).toBe(422);
  });
});
