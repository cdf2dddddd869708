import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import { faultKinds } from "saga-lab/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mockFaultOf } from "./faults.ts";

const at = { host: "127.0.0.1", port: 0 };
let mocks: Readonly<Record<"storeManager" | "payments", { readonly url: string; readonly close: () => Promise<void> }>>;

beforeAll(async () => {
  mocks = {
    storeManager: await makeStoreManager({ keyed: true }).listen(at),
    payments: await makePayments({ keyed: true }).listen(at),
  };
});

afterAll(() => Promise.all([mocks.storeManager.close(), mocks.payments.close()]));

describe("each kind of trouble", () => {
  it.for(faultKinds.filter((kind) => kind !== "none" && kind !== "no-stock"))("is one that its mock knows: %s", async (kind) => {
    const wanted = mockFaultOf(kind);
    if (!wanted) throw new Error(`${kind} is a fault of no mock`);
    const body = JSON.stringify({ ...wanted.fault, share: 30, times: 2 });
    const headers = { "content-type": "application/json" };
    const reply = await fetch(`${mocks[wanted.at].url}/control/faults`, { method: "POST", headers, body });
    expect([reply.status, await reply.text()]).toEqual([201, expect.stringContaining('"share":30')]);
  });
});
