import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import { compose } from "orchestrator/compose";
import { readConfig } from "orchestrator/config";
import { type Listening, listen } from "service-kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { keyedFront } from "./keyed-front.ts";

const at = { host: "127.0.0.1", port: 0 };
const ledger = z.object({ items: z.array(z.object({ route: z.string() })) });

async function effects({ url }: Listening): Promise<readonly string[]> {
  return ledger.parse(await (await fetch(`${url}/control/ledger`)).json()).items.map(({ route }) => route);
}

/** The front, with the first answer to each key lost on its way. */
async function listenLossy(service: Listening): Promise<Listening> {
  const front = keyedFront(service.url);
  const lost = new Set<string>();
  return await listen({
    ...at,
    fetch: async (request, { incoming }) => {
      const key = request.headers.get("idempotency-key") ?? "";
      const answer = await front.fetch(request);
      if (key !== "" && !lost.has(key)) {
        lost.add(key);
        incoming.socket.destroy();
      }
      return answer;
    },
  });
}

describe("a front that keeps first answers", () => {
  it("lets the lost answers of an unkeyed service be settled without a human, each effect once", async () => {
    const directory = mkdtempSync(join(tmpdir(), "keyed-front-"));
    const services = [
      await makeStoreManager({ keyed: false, isForgetful: true }).listen(at),
      await makePayments({ keyed: false }).listen(at),
    ];
    const fronts = await Promise.all(services.map(listenLossy));
    const orchestrator = await compose(
      readConfig({
        JOURNAL_PATH: join(directory, "journal.sqlite"),
        STORE_MANAGER_URL: fronts[0]?.url,
        STORE_MANAGER_KEYED: "true",
        PAYMENTS_URL: fronts[1]?.url,
        PAYMENTS_KEYED: "true",
      }),
    );
    const body = JSON.stringify({ user_id: 1, items: [{ product_id: 3, quantity: 2 }] });
    const headers = { "content-type": "application/json" };
    const answer = await orchestrator.fetch(new Request("http://orchestrator/saga/order", { method: "POST", headers, body }));
    expect(answer.status).toBe(200);
    expect((await Promise.all(services.map(effects))).flat()).toEqual(["POST /orders", "PUT /stocks", "POST /payments"]);
    await orchestrator.drain();
    await orchestrator.close();
    await Promise.all([...fronts, ...services].map((each) => each.close()));
    rmSync(directory, { recursive: true });
  });
});
