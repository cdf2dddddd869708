import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { OrderStack } from "./testing/stack/order-stack.ts";

let stack: OrderStack;

afterEach(() => stack.stop());

const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };

const overviewSchema = z.looseObject({
  since: z.iso.datetime(),
  minutes: z.array(
    z.object({
      at: z.iso.datetime(),
      started: z.int(),
      completed: z.int(),
      cancelled: z.int(),
      needs_intervention: z.int(),
    }),
  ),
  participants: z.array(z.looseObject({ participant: z.string(), circuit: z.string(), calls: z.looseObject({}).optional() })),
  repairs: z.array(z.looseObject({ saga_id: z.string(), type: z.string(), seq: z.int() })),
});

async function readOverview() {
  return overviewSchema.parse((await stack.request("/overview")).body);
}

/** What all minutes have together: the test may run into the next one. */
async function sumOfMinutes(): Promise<readonly number[]> {
  const { minutes } = await readOverview();
  const sum = (name: "started" | "completed" | "cancelled" | "needs_intervention") =>
    minutes.reduce((total, each) => total + each[name], 0);
  return [sum("started"), sum("completed"), sum("cancelled"), sum("needs_intervention")];
}

describe("the overview of the orchestrator", () => {
  it("counts what started, completed, was undone and came to need a human, and how each participant answered", async () => {
    stack = await OrderStack.start({ keyed: false });
    await stack.control(stack.payments, "refused-users", { users: [2] });
    await stack.order(order);
    await stack.order({ ...order, user_id: 2 });
    await stack.fault(stack.payments, { route: "POST /payments", fault: "drop_after", times: 1 });
    await stack.order(order, { prefer: "respond-async" });
    await expect.poll(sumOfMinutes).toEqual([3, 1, 1, 1]);
    const { participants } = await readOverview();
    const payments = participants.find(({ participant }) => participant === "payments");
    expect(payments).toMatchObject({ circuit: "closed", calls: { done: 1, rejected: 1, unavailable: 0, unknown: 1 } });
    expect(payments?.calls).toHaveProperty("p95_ms", expect.any(Number));
  });

  it("lists the last repairs of all sagas: who did what, to which saga, with the number of its event", async () => {
    stack = await OrderStack.start({ keyed: false });
    await stack.fault(stack.storeManager, { route: "POST /orders", fault: "drop_after", times: 1 });
    const { body } = await stack.order(order, { prefer: "respond-async" });
    const id = String(body["saga_id"]);
    await expect.poll(async () => (await stack.request(`/sagas/${id}`)).body["status"]).toBe("needs_intervention");
    expect((await readOverview()).repairs).toEqual([]);
    const resolution = { step: "create-order", applied: true, result: { order_id: 1 }, by: "ada", note: "It is there." };
    const json = { method: "POST", headers: { "content-type": "application/json" } };
    const resolved = await stack.request(`/sagas/${id}/resolve`, { ...json, body: JSON.stringify(resolution) });
    expect(resolved.status).toBe(200);
    const { repairs } = await readOverview();
    expect(repairs).toMatchObject([
      {
        saga_id: id,
        definition: "order",
        type: "resolved",
        step: "create-order",
        applied: true,
        by: "ada",
        note: "It is there.",
      },
    ]);
    const events = z
      .object({ items: z.array(z.looseObject({ seq: z.int(), type: z.string() })) })
      .loose()
      .parse((await stack.request(`/sagas/${id}/events?limit=200`)).body);
    expect(repairs[0]?.seq).toBe(events.items.find(({ type }) => type === "resolved")?.seq);
  });

  it("knows nothing from before its start, and says since when it knows", async () => {
    stack = await OrderStack.start();
    await stack.order(order);
    const before = await readOverview();
    await stack.restart();
    const after = await readOverview();
    expect(Date.parse(after.since)).toBeGreaterThan(Date.parse(before.since));
    expect(await sumOfMinutes()).toEqual([0, 0, 0, 0]);
    expect(after.minutes.length).toBeLessThanOrEqual(2);
  });
});
