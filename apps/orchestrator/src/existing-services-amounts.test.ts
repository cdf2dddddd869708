import { Hono } from "hono";
import { listen } from "service-kit";
import { describe, expect, it } from "vitest";
import { runOrder } from "./testing/existing-services/order-end.ts";
import { jsonText, passOn } from "./testing/existing-services/pass-on.ts";
import { expectRightEnd } from "./testing/existing-services/right-end.ts";

/** Stands in front of a Store Manager and gives each order this amount. */
const withAmount = (amount: string) => async (storeManagerUrl: string) => {
  const app = new Hono().all("*", async ({ req }) => {
    const reply = await passOn(req, storeManagerUrl);
    return jsonText(req.method === "GET" ? { ...reply, text: JSON.stringify({ total_amount: amount }) } : reply);
  });
  return await listen({ fetch: (request) => app.fetch(request), host: "127.0.0.1", port: 0 });
};

describe("an order at the existing services whose amount", () => {
  it.for<[string, Readonly<Record<string, number>>]>([
    ["0.00", { "POST /orders": 1, "DELETE /orders/{order_id}": 1, "PUT /stocks": 2 }],
    ["9007199254740991.4", { "POST /orders": 1, "DELETE /orders/{order_id}": 1, "PUT /stocks": 2 }],
  ])("is %s is undone by its id and leaves nothing, and needs no human", async ([amount, effects]) => {
    const end = await runOrder({ stack: { storeManagerFront: withAmount(amount) } });
    expectRightEnd(end);
    expect(end).toMatchObject({ status: "cancelled", effects });
  });

  it("cannot be read until the saga's deadline, because its Redis is away, is undone by its id and leaves nothing", async () => {
    const end = await runOrder({
      variables: { SAGA_DEADLINE_MS: "2000", RETRY_ATTEMPTS_MAX: "1000" },
      prepare: (stack) =>
        stack.fault(stack.storeManager, {
          route: "GET /orders/{order_id}",
          fault: "status",
          status: 500,
          error: "Error 111 connecting to redis:6379. Connection refused.",
        }),
    });
    expectRightEnd(end);
    expect(end.status).toBe("cancelled");
  });
});
