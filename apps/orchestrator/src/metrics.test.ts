import { afterEach, describe, expect, it } from "vitest";
import { metricTable } from "./metrics/metric-table.ts";
import { OrderStack } from "./testing/stack/order-stack.ts";

let stack: OrderStack;

afterEach(() => stack.stop());

const oneItem = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };

/** The value of each line of a scrape, by the metric with its labels in the order of their names. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const { status, headers, body } = await stack.request("/metrics");
  expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  const lines = String(body["text"])
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [sorted(line.slice(0, line.lastIndexOf(" "))), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

function sorted(metric: string): string {
  return metric.replace(/\{(.*)\}/, (_all, labels: string) => `{${labels.split(",").sort().join(",")}}`);
}

const attempts = (step: string, participant: string, direction: string, result: string) =>
  `saga_attempts_total{definition="order",direction="${direction}",participant="${participant}",result="${result}",step="${step}"}`;

const active = (phase: string) => `saga_active{definition="order",phase="${phase}"}`;

describe("the metrics of the orchestrator", () => {
  it("count the sagas that completed and that were undone, and each attempt by what became of it", async () => {
    stack = await OrderStack.start();
    await stack.control(stack.payments, "refused-users", { users: [2] });
    await stack.order(oneItem);
    await stack.order({ ...oneItem, user_id: 2 });
    const seen = await scrape();
    expect(seen.get('saga_started_total{definition="order"}')).toBe(2);
    expect(seen.get('saga_ended_total{definition="order",outcome="completed"}')).toBe(1);
    expect(seen.get('saga_ended_total{definition="order",outcome="cancelled"}')).toBe(1);
    expect(seen.get('saga_duration_seconds_count{definition="order",outcome="completed"}')).toBe(1);
    expect(seen.get('saga_turned_total{cause="rejected",definition="order"}')).toBe(1);
    expect(seen.get(attempts("create-order", "store-manager", "forward", "done"))).toBe(2);
    expect(seen.get(attempts("create-payment", "payments", "forward", "rejected"))).toBe(1);
    expect(seen.get(attempts("decrease-stock", "store-manager", "undo", "done"))).toBe(1);
    expect(seen.get('saga_lag_seconds_count{participant="payments"}')).toBe(2);
    expect(seen.get('saga_participant_circuit{participant="payments",state="closed"}')).toBe(1);
    expect(seen.get('saga_participant_connections_total{kind="new",participant="payments"}')).toBeGreaterThan(0);
    expect(seen.get(active("forward"))).toBe(0);
  });

  it("show how many sagas are at what and how old the oldest is, also after a restart, until people have repaired them", async () => {
    stack = await OrderStack.start({ keyed: false });
    await stack.fault(stack.storeManager, { route: "POST /orders", fault: "drop_after", times: 1 });
    const { body } = await stack.order(oneItem, { prefer: "respond-async" });
    const id = String(body["saga_id"]);
    const needsHuman = async () => (await scrape()).get(active("needs_intervention"));
    await expect.poll(needsHuman).toBe(1);
    await stack.restart();
    await expect.poll(needsHuman).toBe(1);
    const seen = await scrape();
    expect(seen.get('saga_oldest_age_seconds{definition="order",phase="needs_intervention"}')).toBeGreaterThan(0);
    expect(seen.get(active("in_doubt"))).toBe(0);
    const json = { method: "POST", headers: { "content-type": "application/json" } };
    const applied = JSON.stringify({
      step: "create-order",
      applied: true,
      result: { order_id: 1 },
      by: "ada",
      note: "It is there.",
    });
    expect((await stack.request(`/sagas/${id}/resolve`, { ...json, body: applied })).status).toBe(200);
    await expect.poll(needsHuman).toBe(0);
    const repaired = await scrape();
    expect(repaired.get('saga_operations_total{definition="order",operation="resolve"}')).toBe(1);
  });

  it("name each refusal by its reason, and no definition that is not there", async () => {
    stack = await OrderStack.start();
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: '{"by":"ada"}' };
    await stack.request("/definitions/order/pause", json);
    await stack.order(oneItem);
    const seen = await scrape();
    expect(seen.get('saga_refused_total{definition="order",reason="paused"}')).toBe(1);
    expect(seen.get('saga_definition_paused{by="operator",definition="order"}')).toBe(1);
  });

  it("are those of the table, and have no id among their labels", async () => {
    stack = await OrderStack.start();
    const { body } = await stack.order(oneItem);
    const text = String((await stack.request("/metrics")).body["text"]);
    const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]);
    const isHere = (engine: string | undefined) => engine === undefined || text.includes(`engine="${engine}"`);
    const wanted = Object.entries(metricTable).filter(([, entry]) => isHere("engine" in entry ? entry.engine : undefined));
    expect(families.toSorted()).toEqual(wanted.map(([name, { type }]) => [name, type]).toSorted());
    expect(text).not.toContain(String(body["saga_id"]));
  });

  it("are not served where METRICS is false", async () => {
    stack = await OrderStack.start({ variables: { METRICS: "false" } });
    expect((await stack.request("/metrics")).status).toBe(404);
  });
});
