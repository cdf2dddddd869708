import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import { compose } from "orchestrator/compose";
import { readConfig } from "orchestrator/config";
import type { Listening } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { makeCoupledService } from "./coupled-service.ts";

const at = { host: "127.0.0.1", port: 0 };
const order = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"user_id":1,"items":[{"product_id":2,"quantity":1}]}',
};

let directory: string;
let storeManager: Listening;
let payments: Listening;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "coupled-"));
  storeManager = await makeStoreManager({ keyed: true }).listen(at);
  payments = await makePayments({ keyed: true }).listen(at);
});

afterEach(async () => {
  await Promise.all([storeManager.close(), payments.close()]);
  rmSync(directory, { recursive: true });
});

const makeService = () =>
  makeCoupledService({
    journalPath: join(directory, "service.sqlite"),
    storeManagerUrl: storeManager.url,
    paymentsUrl: payments.url,
    keyed: true,
    onDefect: (error) => {
      throw error;
    },
  });

async function stateOf(service: Listening) {
  const state = z.object({ orders: z.array(z.unknown()).optional(), payments: z.array(z.unknown()).optional() });
  return state.parse(await (await fetch(`${service.url}/control/state`)).json());
}

describe("the order saga inside a service's own process", () => {
  it("runs beside the central orchestrator, each with a journal of its own", async () => {
    const { app, stop } = await makeService();
    const central = await compose(
      readConfig({
        JOURNAL_PATH: join(directory, "central.sqlite"),
        STORE_MANAGER_URL: storeManager.url,
        STORE_MANAGER_KEYED: "true",
        PAYMENTS_URL: payments.url,
        PAYMENTS_KEYED: "true",
      }),
    );
    const [own, other] = await Promise.all([
      app.request("/checkout", order),
      central.fetch(new Request("http://central/saga/order", order)),
    ]);
    expect([own.status, other.status]).toEqual([200, 200]);
    expect(await own.json()).toMatchObject({
      outcome: "completed",
      order_id: expect.any(Number),
      payment_id: expect.any(Number),
    });
    expect([(await stateOf(storeManager)).orders, (await stateOf(payments)).payments].map((each) => each?.length)).toEqual([
      2, 2,
    ]);
    await Promise.all([stop(), central.drain()]);
    await central.close();
  });

  it("ends after the next start of a service that stopped in the middle of it", async () => {
    const fault = { route: "POST /payments", fault: "status", status: 503, retry_after_s: 10 };
    await fetch(`${payments.url}/control/faults`, { ...order, body: JSON.stringify(fault) });
    const first = await makeService();
    const { id, accepted } = await first.engine.start({ definition: "order", input: JSON.parse(order.body) });
    await accepted;
    await expect.poll(async () => (await first.engine.get(id))?.saga.steps.at(-1)?.attempts).toBe(1);
    await first.stop();
    await fetch(`${payments.url}/control/faults`, { method: "DELETE" });
    const second = await makeService();
    await second.engine.retry(id);
    await expect.poll(async () => (await second.engine.get(id))?.saga.phase.name).toBe("completed");
    expect((await stateOf(payments)).payments).toHaveLength(1);
    await second.stop();
  });

  it("refuses a second process of the service, because one process owns the journal", async () => {
    const { stop } = await makeService();
    await expect(makeService()).rejects.toThrow(/another orchestrator owns it/);
    await stop();
  });
});
