import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import { compose } from "orchestrator/compose";
import { readConfig } from "orchestrator/config";
import { listen } from "service-kit";
import { RestateNode } from "test-kit/restate";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { movingFront } from "./moving-front.ts";

const at = { host: "127.0.0.1", port: 0 };
const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const answered = z.looseObject({ saga_id: z.string() });
const listed = z.object({ items: z.array(z.looseObject({ saga_id: z.string(), status: z.string() })) });

async function post(url: string, body: object, headers: Readonly<Record<string, string>> = {}) {
  const json = { "content-type": "application/json", ...headers };
  return await fetch(url, { method: "POST", headers: json, body: JSON.stringify(body) });
}

describe("a front between the embedded engine and Restate", () => {
  it("lets open sagas end on the old engine, starts new ones on Restate, and starts no second saga for a key", async () => {
    const directory = mkdtempSync(join(tmpdir(), "moving-"));
    const node = await RestateNode.start();
    const services = [await makeStoreManager({ keyed: true }).listen(at), await makePayments({ keyed: true }).listen(at)];
    const participants = {
      STORE_MANAGER_URL: services[0]?.url,
      STORE_MANAGER_KEYED: "true",
      PAYMENTS_URL: services[1]?.url,
      PAYMENTS_KEYED: "true",
    };
    const restate = {
      ENGINE: "restate",
      RESTATE_INGRESS_URL: node.ingressUrl,
      RESTATE_ADMIN_URL: node.adminUrl,
      RESTATE_ENDPOINT_PORT: "0",
      SHUTDOWN_GRACE_MS: "0",
    };
    const orchestrators = [
      await compose(readConfig({ ...participants, JOURNAL_PATH: join(directory, "journal.sqlite") })),
      await compose(readConfig({ ...participants, ...restate })),
    ];
    const [from, to] = await Promise.all(orchestrators.map(({ fetch: answer }) => listen({ ...at, fetch: answer })));
    const url = { from: from?.url ?? "", to: to?.url ?? "" };
    const front = await listen({ ...at, fetch: movingFront(url.from, url.to).fetch });
    try {
      // One saga has ended under its key, and one is under way: its payment takes a while.
      const known = answered.parse(await (await post(`${url.from}/saga/order`, order, { "idempotency-key": "before" })).json());
      await post(`${services[1]?.url}/control/faults`, { route: "POST /payments", fault: "delay", delay_ms: 1_500, times: 1 });
      const open = answered.parse(await (await post(`${url.from}/saga/order`, order, { prefer: "respond-async" })).json());
      await post(`${url.from}/definitions/order/pause`, { by: "ada", note: "moving to Restate" });

      const again = answered.parse(await (await post(`${front.url}/saga/order`, order, { "idempotency-key": "before" })).json());
      const next = answered.parse(await (await post(`${front.url}/saga/order`, order, { "idempotency-key": "after" })).json());
      expect(again.saga_id).toBe(known.saga_id);
      expect(next).toMatchObject({ status: "OK", state: "COMPLETED" });
      for (const [saga, where] of [
        [open, url.from],
        [next, url.to],
      ] as const) {
        const look = async () => await (await fetch(`${where}/sagas/${saga.saga_id}`)).json();
        await expect.poll(look).toMatchObject({ status: "completed" });
        expect((await fetch(`${front.url}/sagas/${saga.saga_id}`)).status).toBe(200);
      }
      expect(listed.parse(await (await fetch(`${url.from}/sagas?status=running`)).json()).items).toEqual([]);
      expect(listed.parse(await (await fetch(`${url.to}/sagas`)).json()).items).toHaveLength(1);
      const { payments } = z
        .object({ payments: z.array(z.unknown()) })
        .parse(await (await fetch(`${services[1]?.url}/control/state`)).json());
      expect(payments).toHaveLength(3);
    } finally {
      await Promise.all(orchestrators.map((each) => each.drain()));
      await Promise.all([front, from, to, ...services].map((each) => each?.close()));
      await Promise.all(orchestrators.map((each) => each.close()));
      await node.stop();
      rmSync(directory, { recursive: true });
    }
  });
});
