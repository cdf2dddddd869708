import { type Listening, listen } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LabOrders } from "./orders.ts";

interface Seen {
  readonly key: string | null;
  readonly user: number;
  readonly isMany: boolean;
}

let server: Listening;
let seen: Seen[];
let status: number;
let orders: LabOrders;

beforeEach(async () => {
  seen = [];
  status = 202;
  const fetch = async (request: Request) => {
    const { user_id: user, items } = JSON.parse(await request.text());
    if (request.headers.get("prefer") === null) return Response.json({});
    seen.push({ key: request.headers.get("idempotency-key"), user, isMany: items[0].quantity > 1 });
    return Response.json(status === 202 ? { saga_id: `saga-${seen.length}` } : {}, { status });
  };
  server = await listen({ fetch, host: "127.0.0.1", port: 0 });
  orders = new LabOrders({ oursUrl: () => server.url, byHandUrl: () => server.url, name: "lab", acceptedWithinMs: 50 });
});

afterEach(async () => {
  orders.clear();
  await server.close();
});

describe("the orders of the lab", () => {
  it("are not known while nobody answers, and found by the same key when somebody does", async () => {
    status = 503;
    expect(await orders.place(1, 0)).toEqual([{ number: 1, customer: 2, saga_id: null }]);
    expect(orders.all[0]?.isRefused).toBe(false);
    status = 202;
    await expect.poll(() => orders.all[0]?.sagaId).toMatch(/^saga-/);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
  });

  it("are refused only by an answer", async () => {
    status = 422;
    await orders.place(1, 0);
    expect(orders.all[0]?.isRefused).toBe(true);
  });

  it("go on from click to click: each fifth is of the one customer, and a share is one of all", async () => {
    for (let click = 0; click < 10; click += 1) await orders.place(1, 30);
    expect(seen.map(({ user }) => user)).toEqual([2, 1, 1, 1, 1, 2, 1, 1, 1, 1]);
    expect(seen.filter(({ isMany }) => isMany)).toHaveLength(3);
    orders.clear();
    await orders.place(1, 0);
    expect(seen.at(-1)?.user).toBe(2);
  });
});
