import { type Listening, listen } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BookKeeper } from "./book-keeper.ts";
import type { LabOrder } from "./orders.ts";

let server: Listening;
let status: string;
let effects: readonly object[];

const all = [
  { route: "POST /orders", key: "saga/create-order/run", body: {} },
  { route: "PUT /stocks", key: "saga/decrease-stock/run", body: { items: [{ product_id: 1, quantity: 1 }], operation: "-" } },
];
const paid = { route: "POST /payments", key: "saga/create-payment/run", body: {} };
const order: LabOrder = { number: 1, customer: 1, key: "lab-1", sagaId: "saga", isRefused: false, byHand: "under-way" };

beforeEach(async () => {
  const fetch = async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/sagas")
      return Response.json({ items: [{ saga_id: "saga", status, state: "ANY", steps: [] }], next_cursor: null });
    if (pathname === "/payments/control/ledger") return Response.json({ items: effects.filter((effect) => effect === paid) });
    return Response.json({ items: effects.filter((effect) => effect !== paid) });
  };
  server = await listen({ fetch, host: "127.0.0.1", port: 0 });
});

afterEach(() => server.close());

async function differences(): Promise<number> {
  const { url } = server;
  const own = { orchestrator: () => url, storeManager: () => `${url}/store`, payments: () => `${url}/payments` };
  const { ours } = await new BookKeeper({ ...own, twin: () => undefined }).read([order]);
  expect(ours.is_current).toBe(true);
  return ours.differences.length;
}

describe("the books of this orchestrator", () => {
  it.for([
    { end: "completed", what: "everything", left: [...all, paid], found: 0 },
    { end: "completed", what: "nothing", left: [], found: 1 },
    { end: "cancelled", what: "nothing", left: [], found: 0 },
    { end: "cancelled", what: "everything", left: [...all, paid], found: 1 },
    { end: "cancelled", what: "a payment", left: [paid], found: 1 },
    { end: "running", what: "a part", left: all, found: 0 },
    { end: "needs_intervention", what: "a part", left: all, found: 0 },
  ])("compare the end of each order with what is left: $end, $what", async ({ end, left, found }) => {
    status = end;
    effects = left;
    expect(await differences()).toBe(found);
  });
});
