import { connect } from "@restatedev/restate-sdk-clients";
import { RestateNode } from "test-kit/restate";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Child } from "./child.ts";
import { orders, Participants, post } from "./participants.ts";

const POLL_MS = 20;
/** Long enough to cancel a saga while this call is delayed. */
const DELAY_MS = 3_000;

let participants: Participants;
let node: RestateNode;
let child: Child | undefined;

beforeAll(async () => {
  participants = await Participants.start();
  node = await RestateNode.start();
});
beforeEach(() => participants.reset());
afterEach(async () => {
  await child?.stop();
  child = undefined;
});
afterAll(async () => {
  await node.stop();
  await participants.child.stop();
});

const ledger = z.object({ items: z.array(z.object({ route: z.string() })) });
const rows = z.object({ rows: z.array(z.object({ id: z.string(), target_service_key: z.string() })) });

async function routes(url: string): Promise<readonly string[]> {
  return ledger.parse(await (await fetch(`${url}/control/ledger`)).json()).items.map(({ route }) => route);
}

/** The routes of all effects, except those that filled the stock. */
async function effects(): Promise<readonly string[]> {
  const all = [...(await routes(participants.storeManagerUrl)), ...(await routes(participants.paymentsUrl))];
  return all.filter((route) => route !== "POST /stocks");
}

async function serve(isFindable: boolean): Promise<string> {
  const restate = { RESTATE_INGRESS_URL: node.ingressUrl, RESTATE_ADMIN_URL: node.adminUrl };
  const variables = { ...participants.variables, ...restate, FINDABLE: String(isFindable), CALL_TIMEOUT_MS: "60000" };
  child = await Child.start("bench/src/by-hand-process.ts", variables);
  return child.url;
}

async function order(url: string, body: object): Promise<number> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  // A new registration does not reach all of Restate at once.
  for (;;) {
    const { status } = await fetch(`${url}/saga/order`, init);
    if (status !== 500) return status;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The invocation of the running saga. */
async function runningSaga() {
  const query =
    "SELECT id, target_service_key FROM sys_invocation WHERE target_handler_name = 'run' AND status IN ('running', 'suspended')";
  const headers = { "content-type": "application/json", accept: "application/json" };
  const response = await fetch(`${node.adminUrl}/query`, { method: "POST", headers, body: JSON.stringify({ query }) });
  const [row] = rows.parse(await response.json()).rows;
  if (!row) throw new Error("No saga is running.");
  return row;
}

const routesOfUndone = ["POST /orders", "PUT /stocks", "PUT /stocks", "DELETE /orders/{order_id}"];

describe.each([
  ["by hand on Restate", false],
  ["by hand on Restate that can be found and cancelled", true],
])("the saga %s", (_name, isFindable) => {
  it("makes the same calls as ours, and after a refusal undoes the done steps in reverse", async () => {
    const url = await serve(isFindable);
    expect(await order(url, orders.succeeding.order)).toBe(orders.succeeding.status);
    expect(await effects()).toEqual(["POST /orders", "PUT /stocks", "POST /payments"]);
    await participants.reset();
    expect(await order(url, orders.failing.order)).toBe(orders.failing.status);
    expect(await effects()).toEqual(routesOfUndone);
  });
});

describe("the saga by hand that can be found and cancelled", () => {
  it("ends its call when it is cancelled, undoes the done steps, and records that it was cancelled", async () => {
    const url = await serve(true);
    const fault = { route: "PUT /stocks", fault: "delay", delay_ms: DELAY_MS, times: 1 };
    await post(`${participants.storeManagerUrl}/control/faults`, fault);
    const answered = order(url, orders.succeeding.order);
    await expect.poll(effects).toEqual(["POST /orders"]);
    const { id, target_service_key: key } = await runningSaga();
    const ingress = connect({ url: node.ingressUrl });
    const saga = { service: "FindableOrderByHand", key };
    await ingress.call({ ...saga, handler: "cancel", parameter: id });
    expect(await answered).toBe(409);
    expect(await effects()).toEqual(routesOfUndone);
    const record = await ingress.call({ ...saga, handler: "read", parameter: undefined });
    expect(record).toMatchObject({ state: "CANCELLED", reason: "It was cancelled.", order: orders.succeeding.order });
  });
});
