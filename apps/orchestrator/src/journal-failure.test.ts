import { DatabaseSync } from "node:sqlite";
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
    database.exec(`UPDATE record SET event = ${change} WHERE seq = 1`);
    database.close();
  });
  await fetch(`${stack.storeManager.url}/control/faults`, { method: "DELETE" });
  return String(body["saga_id"]);
}

describe("a saga that cannot be read", () => {
  it("is left alone and told of, and holds up no other", async () => {
    const id = await restartedOn("json_remove(event, '$.terms')");
    let isFailed = false;
    stack.failed.catch(() => {
      isFailed = true;
    });
    const { status, body } = await stack.request(`/sagas/${id}`);
    expect([status, body["type"], body["detail"]]).toEqual([500, "saga-unreadable", expect.stringContaining('"terms"')]);
    expect((await stack.order(one)).status).toBe(200);
    expect((await stack.request("/sagas")).body["items"]).toHaveLength(1);
    expect(isFailed).toBe(false);
  });
});

describe("a saga whose version is not registered", () => {
  it("needs a human, and is listed so; nothing is done for it, and it holds up no other", async () => {
    const id = await restartedOn("json_set(event, '$.version', 9)");
    const { status, body } = await stack.request(`/sagas/${id}`);
    expect(status).toBe(200);
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
    await expect(restartedOn("json_set(event, '$.fingerprint', 'other')")).rejects.toThrow(/version 1 with another fingerprint/);
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
