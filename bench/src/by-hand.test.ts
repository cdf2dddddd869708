import { connect } from "@restatedev/restate-sdk-clients";
import { RestateNode } from "test-kit/restate";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Child } from "./child.ts";
import { orders, Participants, post } from "./participants.ts";

const LOOK_MS = 20;
/** By then a call that is delayed by so much has long been cancelled. */
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

/** Everything that had an effect, but for the stock that there was to begin with. */
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
  // What was registered a moment ago is not known to all of Restate yet.
  for (;;) {
    const { status } = await fetch(`${url}/saga/order`, init);
    if (status !== 500) return status;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The run of the saga that is under way. */
async function underWay() {
  const query =
    "SELECT id, target_service_key FROM sys_invocation WHERE target_handler_name = 'run' AND status IN ('running', 'suspended')";
  const headers = { "content-type": "application/json", accept: "application/json" };
  const response = await fetch(`${node.adminUrl}/query`, { method: "POST", headers, body: JSON.stringify({ query }) });
  const [row] = rows.parse(await response.json()).rows;
  if (!row) throw new Error("No saga is under way.");
  return row;
}

const undone = ["POST /orders", "PUT /stocks", "PUT /stocks", "DELETE /orders/{order_id}"];

describe.each([
  ["by hand on Restate", false],
  ["by hand on Restate, to be found and cancelled", true],
])("the saga %s", (_name, isFindable) => {
  it("makes the calls that ours makes, and undoes in reverse what was done before a refusal", async () => {
    const url = await serve(isFindable);
    expect(await order(url, orders.succeeding.order)).toBe(orders.succeeding.status);
    expect(await effects()).toEqual(["POST /orders", "PUT /stocks", "POST /payments"]);
    await participants.reset();
    expect(await order(url, orders.failing.order)).toBe(orders.failing.status);
    expect(await effects()).toEqual(undone);
  });
});

describe("the saga by hand that can be found and cancelled", () => {
  it("is cancelled while a call is under way: that call ends, what was done is undone, and a record says so", async () => {
    const url = await serve(true);
    const fault = { route: "PUT /stocks", fault: "delay", delay_ms: DELAY_MS, times: 1 };
    await post(`${participants.storeManagerUrl}/control/faults`, fault);
    const answered = order(url, orders.succeeding.order);
    await expect.poll(effects).toEqual(["POST /orders"]);
    const { id, target_service_key: key } = await underWay();
    const ingress = connect({ url: node.ingressUrl });
    const saga = { service: "FindableOrderByHand", key };
    await ingress.call({ ...saga, handler: "cancel", parameter: id });
    expect(await answered).toBe(409);
    expect(await effects()).toEqual(undone);
    const look = await ingress.call({ ...saga, handler: "look", parameter: undefined });
    expect(look).toMatchObject({ state: "CANCELLED", reason: "It was cancelled.", order: orders.succeeding.order });
  });
});
