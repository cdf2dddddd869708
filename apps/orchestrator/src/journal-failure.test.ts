import { rmSync } from "node:fs";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { renewSums } from "saga-sqlite";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OrderStack } from "./testing/stack/order-stack.ts";

let stack: OrderStack;

afterEach(() => stack.stop());

interface Change {
  readonly sql: string;
  /** Whether a sum tells that something was changed. Default: no. */
  readonly isTold?: boolean;
}

const oneItem = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };

/** Starts an order that waits for the Store Manager, and restarts the orchestrator after a change of its journal. Returns the saga's id. */
async function restartAfter({ sql, isTold = false }: Change): Promise<string> {
  stack = await OrderStack.start({ variables: { SHUTDOWN_GRACE_MS: "0" } });
  await stack.fault(stack.storeManager, { route: "POST /orders", fault: "status", status: 503, retry_after_s: 5 });
  const { body } = await stack.order(oneItem, { prefer: "respond-async", "idempotency-key": "k" });
  await stack.restart((path) => {
    const database = new DatabaseSync(path);
    database.exec(sql);
    if (!isTold) renewSums(database);
    database.close();
  });
  await fetch(`${stack.storeManager.url}/control/faults`, { method: "DELETE" });
  return String(body["saga_id"]);
}

describe("a saga with damaged records", () => {
  it.for([
    { sql: "UPDATE record SET event = json_remove(event, '$.common') WHERE seq = 1" },
    { sql: "UPDATE record SET event = '{\"half' WHERE seq = 1", isTold: true },
    { sql: `UPDATE record SET event = replace(event, '"quantity":1', '"quantity":3') WHERE seq = 1`, isTold: true },
    { sql: "UPDATE saga SET fingerprint = 'other'", isTold: true },
  ])("needs a human and does not stop other sagas, and its key starts no other: $sql", async (change) => {
    const id = await restartAfter(change);
    let isFailed = false;
    stack.failed.catch(() => {
      isFailed = true;
    });
    const readSaga = async () => (await stack.request(`/sagas/${id}`)).body;
    await expect.poll(readSaga).toMatchObject({ status: "needs_intervention", state: "UNREADABLE" });
    expect((await readSaga())["explanation"]).toContain("Its records in the journal are damaged");
    const again = await stack.order(oneItem, { "idempotency-key": "k" });
    expect([again.status, again.body["type"]]).toEqual([500, "saga-unreadable"]);
    expect((await stack.order(oneItem)).status).toBe(200);
    expect((await stack.request("/sagas")).body["items"]).toHaveLength(2);
    const { items } = (await stack.request("/sagas?status=needs_intervention")).body;
    expect(items).toMatchObject([{ saga_id: id }]);
    expect(isFailed).toBe(false);
  });
});

describe("a saga whose version is not registered", () => {
  it("needs a human, is listed so, makes no call, and does not stop other sagas", async () => {
    const id = await restartAfter({ sql: "UPDATE record SET event = json_set(event, '$.version', 9) WHERE seq = 1" });
    const readSaga = async () => (await stack.request(`/sagas/${id}`)).body;
    await expect.poll(async () => (await readSaga())["state"]).toBe("UNREGISTERED");
    const body = await readSaga();
    expect(body).toMatchObject({ version: 9, state: "UNREGISTERED", status: "needs_intervention", input: oneItem });
    expect(body["explanation"]).toContain("order version 9, which is not registered here");
    expect((await stack.order(oneItem)).status).toBe(200);
    const listedIds = async (query: string) => {
      const { items } = (await stack.request(`/sagas${query}`)).body;
      return Array.isArray(items) ? items.map((item: { readonly saga_id: string }) => item.saga_id) : [];
    };
    expect(await listedIds("?status=needs_intervention")).toEqual([id]);
    expect(await listedIds("?state=UNREGISTERED")).toEqual([id]);
    expect(await listedIds("?status=running")).toEqual([]);
    expect(await listedIds("?limit=1")).not.toContain(id);
    expect(await listedIds("")).toContain(id);
    expect((await stack.effects()).routes.filter((route) => route === "POST /orders")).toHaveLength(1);
  });
});

describe("a definition that changed but kept its version", () => {
  it("stops the start of the orchestrator while a saga of it is unfinished", async () => {
    await expect(restartAfter({ sql: "UPDATE saga SET fingerprint = 'other'" })).rejects.toThrow(
      /version 2 with another fingerprint/,
    );
  });
});

describe("a journal that cannot be written", () => {
  const run = StatementSync.prototype.run;

  /** Makes the disk refuse some of the next commits, by their number. Returns a function that counts the commits. */
  function refuseCommits(refused: (commit: number) => boolean): () => number {
    let commits = 0;
    vi.spyOn(StatementSync.prototype, "run").mockImplementation(function (this: StatementSync, ...values) {
      if (this.sourceSQL === "COMMIT") commits += 1;
      if (this.sourceSQL === "COMMIT" && refused(commits)) throw new Error("database or disk is full");
      return run.apply(this, values);
    });
    return () => commits;
  }

  const readiness = async () => {
    const { status, body } = await stack.request("/health/ready");
    return [status, body["status"] ?? body["type"]];
  };

  afterEach(() => vi.restoreAllMocks());

  it("makes starts fail with 503 and readiness fail, until it can be written again", async () => {
    stack = await OrderStack.start();
    expect(await readiness()).toEqual([200, "ready"]);
    refuseCommits(() => true);
    for (let refused = 0; refused < 2; refused += 1) {
      const { status, headers, body } = await stack.order(oneItem);
      expect([status, body["type"], headers.get("retry-after")]).toEqual([503, "journal-unavailable", "1"]);
    }
    expect(await readiness()).toEqual([503, 503]);
    expect((await stack.request("/health/live")).status).toBe(200);
    expect(await stack.effects()).toMatchObject({ routes: [] });
    vi.restoreAllMocks();
    await expect.poll(readiness).toEqual([200, "ready"]);
    expect((await stack.order(oneItem)).status).toBe(200);
    expect((await stack.request("/sagas")).body["items"]).toHaveLength(1);
  });

  it("holds up running sagas, which end right when it can be written again", async () => {
    for (let failing = 2; failing <= 3; failing += 1) {
      stack = await OrderStack.start();
      let isFull = true;
      const commits = refuseCommits((commit) => isFull && commit >= failing);
      const order = stack.order(oneItem, { "idempotency-key": "k" });
      await expect.poll(async () => (await readiness())[0]).toBe(503);
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

  it("makes a stop fail, which says that what was not written is lost", async () => {
    stack = await OrderStack.start({ variables: { SHUTDOWN_GRACE_MS: "0" } });
    refuseCommits(() => true);
    await stack.order(oneItem);
    await expect(stack.drain()).rejects.toThrow(/database or disk is full\).*What was not written is lost/);
    await expect(stack.close()).rejects.toThrow("database or disk is full");
  });

  it("lets no caller see an end that is not recorded, and the order ends right after the next start", async () => {
    for (let failing = 1; failing <= 6; failing += 1) {
      stack = await OrderStack.start({ variables: { RETRY_ATTEMPTS_MAX: "1", SYNC_WAIT_MS_MAX: "300" } });
      await stack.fault(stack.storeManager, { route: "PUT /stocks", fault: "status", status: 503, retry_after_s: 0, times: 1 });
      refuseCommits((commit) => commit >= failing);
      // The caller gets an end only if it is recorded within SYNC_WAIT_MS_MAX.
      const reply = await stack.order(oneItem);
      await stack.crash(() => vi.restoreAllMocks());
      const { items } = (await stack.request("/sagas")).body;
      const [saga] = Array.isArray(items) ? items : [];
      if (reply.body["state"] !== undefined && reply.status !== 202) expect(saga).toMatchObject({ state: reply.body["state"] });
      await expect.poll(async () => (await stack.request("/sagas?status=running")).body["items"]).toEqual([]);
      const { orders, payments } = await stack.effects();
      expect(orders).toBe(payments);
      if (failing < 6) await stack.stop();
    }
  });
});

describe("a journal whose file is gone", () => {
  it("makes the end of the process a failure, although the last process wrote all that it had", async () => {
    stack = await OrderStack.start();
    expect((await stack.order(oneItem)).status).toBe(200);
    rmSync(stack.journalPath);
    await expect(stack.drain()).rejects.toThrow(/journal\.sqlite is gone.*What was not written is lost/);
    await expect(stack.close()).rejects.toThrow("journal.sqlite is gone");
  });
});
