import { type Listening, listen } from "service-kit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makePayments } from "./mock-payments.ts";

let server: Listening;

beforeAll(async () => {
  const { app } = makePayments({ keyed: true });
  server = await listen({ fetch: (request, bindings) => app.fetch(request, bindings), host: "127.0.0.1", port: 0 });
});
afterAll(() => server.close());
beforeEach(() => call("POST", "/control/reset"));

async function call(method: string, path: string, body?: unknown): Promise<[number, unknown]> {
  const json = body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}${path}`, { method, ...json });
  return [response.status, await response.json()];
}

const pay = (change: object = {}) => call("POST", "/payments", { user_id: 1, order_id: 7, total_amount: 99.53, ...change });
const state = async () => (await call("GET", "/control/state"))[1];

describe("the Payments API", () => {
  it("creates a payment intent, shows it and processes it", async () => {
    expect(await pay()).toEqual([201, { payment_id: 1 }]);
    expect(await call("GET", "/payments/1")).toEqual([
      200,
      { id: 1, order_id: 7, user_id: 1, total_amount: 99.53, is_paid: false },
    ]);
    const card = { cardNumber: 4111, cardCode: 123, expirationDate: "2030-01-05" };
    expect(await call("POST", "/payments/process/1", card)).toEqual([200, { order_id: 7, payment_id: 1, is_paid: true }]);
    expect(await state()).toEqual({
      payments: [{ payment_id: 1, order_id: 7, user_id: 1, total_amount: 99.53, is_paid: true }],
      refused_users: [],
    });
  });

  it.for<[string, object]>([
    ["an amount of nothing", { total_amount: 0 }],
    ["a negative amount", { total_amount: -1 }],
    ["a missing user", { user_id: undefined }],
    ["a missing order", { order_id: undefined }],
  ])("refuses %s", async ([, change]) => {
    const error = "Vous devez indiquer un ID commande, ID utilisateur et valeur pour le paiement.";
    expect(await pay(change)).toEqual([400, { error }]);
    expect(await state()).toEqual({ payments: [], refused_users: [] });
  });

  it("refuses the payments of users that were set so", async () => {
    expect(await call("POST", "/control/refused-users", { users: [2] })).toEqual([200, { refused_users: [2] }]);
    expect((await pay({ user_id: 2 }))[0]).toBe(402);
    expect((await pay({ user_id: 1 }))[0]).toBe(201);
    expect((await call("POST", "/control/refused-users", { users: "all" }))[0]).toBe(422);
  });

  it("refuses a card that is none, and a payment that is none", async () => {
    await pay();
    expect((await call("POST", "/payments/process/1", {}))[0]).toBe(400);
    const card = { cardNumber: 4111, cardCode: 123, expirationDate: "2030-01-05" };
    expect((await call("POST", "/payments/process/9", card))[0]).toBe(400);
  });

  it("knows no other payment, and says that it runs", async () => {
    expect(await call("GET", "/payments/9")).toEqual([200, {}]);
    expect(await call("GET", "/")).toEqual([200, { service: "PaymentMicroservice", status: "running" }]);
  });
});
