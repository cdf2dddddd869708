import { DatabaseSync, StatementSync } from "node:sqlite";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OrderStack } from "./testing/order-stack.ts";

let stack: OrderStack;

afterEach(() => stack.stop());

const one = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };

/** An order that waits for the Store Manager; then the orchestrator starts again on a journal in which something was changed. */
async function restartedOn(change: string): Promise<string> {
  stack = await OrderStack.start({ variables: { SHUTDOWN_GRACE_MS: "0" } });
  await stack.fault(stack.storeManager, { route: "POST /orders", fault: "status", status: 503, retry_after_s: 5 });
  const { body } = await stack.order(one, { prefer: "respond-async" });
  await stack.restart((path) => {
    const database = new DatabaseSync(path);
    database.exec(change);
    database.close();
  });
  await fetch(`${stack.storeManager.url}/control/faults`, { method: "DELETE" });
  return String(body["saga_id"]);
}

describe("a saga that cannot be read", () => {
  it.for(["json_remove(event, '$.terms')", "'{\"half'"])("needs a human and holds up no other: %s", async (change) => {
    const id = await restartedOn(`UPDATE record SET event = ${change} WHERE seq = 1`);
    let isFailed = false;
    stack.failed.catch(() => {
      isFailed = true;
    });
    const seen = async () => (await stack.request(`/sagas/${id}`)).body;
    await expect.poll(seen).toMatchObject({ status: "needs_intervention", state: "UNREADABLE" });
    expect((await seen())["explanation"]).toContain("Its records in the journal are damaged");
    expect((await stack.order(one)).status).toBe(200);
    expect((await stack.request("/sagas")).body["items"]).toHaveLength(2);
    const { items } = (await stack.request("/sagas?status=needs_intervention")).body;
    expect(items).toMatchObject([{ saga_id: id }]);
    expect(isFailed).toBe(false);
  });
});

describe("a saga whose version is not registered", () => {
  it("needs a human, and is listed so; nothing is done for it, and it holds up no other", async () => {
    const id = await restartedOn("UPDATE record SET event = json_set(event, '$.version', 9) WHERE seq = 1");
    const seen = async () => (await stack.request(`/sagas/${id}`)).body;
    await expect.poll(async () => (await seen())["state"]).toBe("UNREGISTERED");
    const body = await seen();
    expect(body).toMatchObject({ version: 9, state: "UNREGISTERED", status: "needs_intervention", input: one });
    expect(body["explanation"]).toContain("order version 9, which is not registered here");
    expect((await stack.order(one)).status).toBe(200);
    const listed = async (query: string) => {
      const { items } = (await stack.request(`/sagas${query}`)).body;
      return Array.isArray(items) ? items.map((item: { readonly saga_id: string }) => item.saga_id) : [];
    };
    expect(await listed("?status=needs_intervention")).toEqual([id]);
    expect(await listed("?state=UNREGISTERED")).toEqual([id]);
    expect(await listed("?status=running")).toEqual([]);
    expect(await listed("?limit=1")).not.toContain(id);
    expect(await listed("")).toContain(id);
    expect((await stack.effects()).routes.filter((route) => route === "POST /orders")).toHaveLength(1);
  });
});

describe("a definition that changed and kept its version", () => {
  it("refuses to start beside a saga that is not at its end", async () => {
    await expect(restartedOn("UPDATE saga SET fingerprint = 'other'")).rejects.toThrow(/version 1 with another fingerprint/);
  });
});

describe("a journal that cannot be written", () => {
  const run = StatementSync.prototype.run;

  /** The commits that the disk refuses, by their number from now on; it gives how many there were. */
  function refuseCommits(refused: (commit: number) => boolean): () => number {
    let commits = 0;
    vi.spyOn(StatementSync.prototype, "run").mockImplementation(function (this: StatementSync, ...values) {
      if (this.sourceSQL === "COMMIT") commits += 1;
      if (this.sourceSQL === "COMMIT" && refused(commits)) throw new Error("database or disk is full");
      return run.apply(this, values);
    });
    return () => commits;
  }

  const ready = async () => {
    const { status, body } = await stack.request("/health/ready");
    return [status, body["status"] ?? body["type"]];
  };

  afterEach(() => vi.restoreAllMocks());

  it("starts nothing and says so, is not ready, and goes on when it can be written again", async () => {
    stack = await OrderStack.start();
    expect(await ready()).toEqual([200, "ready"]);
    refuseCommits(() => true);
    for (let refused = 0; refused < 2; refused += 1) {
      const { status, headers, body } = await stack.order(one);
      expect([status, body["type"], headers.get("retry-after")]).toEqual([503, "journal-unavailable", "1"]);
    }
    expect(await ready()).toEqual([503, 503]);
    expect((await stack.request("/health/live")).status).toBe(200);
    expect(await stack.effects()).toMatchObject({ routes: [] });
    vi.restoreAllMocks();
    await expect.poll(ready).toEqual([200, "ready"]);
    expect((await stack.order(one)).status).toBe(200);
    expect((await stack.request("/sagas")).body["items"]).toHaveLength(1);
  });

  it("holds up the sagas under way, which end right when it can be written again", async () => {
    for (let failing = 2; failing <= 3; failing += 1) {
      stack = await OrderStack.start();
      let isFull = true;
      const commits = refuseCommits((commit) => isFull && commit >= failing);
      const order = stack.order(one, { "idempotency-key": "k" });
      await expect.poll(async () => (await ready())[0]).toBe(503);
      const { payments } = await stack.effects();
      expect(payments).toBeLessThan(2);
      isFull = false;
      expect((await order).status).toBe(200);
      expect(commits()).toBeGreaterThan(failing);
      expect(await stack.effects()).toMatchObject({ orders: 1, payments: 1 });
      vi.restoreAllMocks();
      if (failing < 3) await stack.stop();
    }
  });

  it("tells nobody of an end that it does not hold; after the next start the order ends right", async () => {
    for (let failing = 1; failing <= 6; failing += 1) {
      stack = await OrderStack.start({ variables: { RETRY_ATTEMPTS_MAX: "1", SYNC_WAIT_MS_MAX: "300" } });
      await stack.fault(stack.storeManager, { route: "PUT /stocks", fault: "status", status: 503, retry_after_s: 0, times: 1 });
      refuseCommits((commit) => commit >= failing);
      // A caller waits for so long, and then for what is certain.
      const told = await stack.order(one);
      await stack.crash(() => vi.restoreAllMocks());
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
