import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Stack } from "../src/stack.ts";
import { addUp } from "../src/sums.ts";
import { WebClient } from "../src/web-client.ts";
import { call, paymentState, storeState } from "../src/wire.ts";

let stack: Stack;
let log: string;

beforeEach(async () => {
  log = "";
  const onLog = (text: string) => {
    log += text;
  };
  stack = await Stack.start({ variables: { CALL_TIMEOUT_MS: "4000", SHUTDOWN_GRACE_MS: "3000" }, onLog });
});
afterEach(() => stack.stop());

const client = () => new WebClient(stack.orchestrator.url);

async function orderAsync(): Promise<string> {
  const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
  const answer = await client().placeOrder(order, { prefer: "respond-async" });
  if (answer.kind !== "pending") throw new Error(`The order should have been accepted: ${answer.kind}`);
  return answer.saga_id;
}

async function stateOf(id: string): Promise<string> {
  return (await client().saga(id)).state;
}

async function sums() {
  const before = { orders: [], stock: { "1": 1000, "2": 500, "3": 2, "4": 90 } };
  const after = (await call(`${stack.storeManager.url}/control/state`, storeState)).body;
  return addUp(before, after, (await call(`${stack.payments.url}/control/state`, paymentState)).body);
}

async function killAndRestart(): Promise<void> {
  expect(await stack.orchestrator.stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  await stack.restartOrchestrator();
}

describe("after SIGKILL", () => {
  it("an order whose payment was under way ends completed, paid once", async () => {
    const fault = { route: "POST /payments", fault: "delay", delay_ms: 300, times: 1 };
    await call(`${stack.payments.url}/control/faults`, z.unknown(), fault);
    const id = await orderAsync();
    await expect.poll(() => stateOf(id)).toBe("CREATING_PAYMENT");
    await killAndRestart();
    await expect.poll(() => stateOf(id)).toBe("COMPLETED");
    expect(await sums()).toMatchObject({ orders: 1, payments: 1, stockTaken: { "1": 1 }, disagreements: [] });
  });

  it("an order that was being undone ends cancelled", async () => {
    await call(`${stack.payments.url}/control/refused-users`, z.unknown(), { users: [1] });
    const fault = { route: "DELETE /orders/{order_id}", fault: "delay", delay_ms: 300, times: 1 };
    await call(`${stack.storeManager.url}/control/faults`, z.unknown(), fault);
    const id = await orderAsync();
    await expect.poll(() => stateOf(id)).toBe("CANCELLING_ORDER");
    await killAndRestart();
    await expect.poll(() => stateOf(id)).toBe("CANCELLED");
    expect(await sums()).toEqual({ orders: 0, payments: 0, stockTaken: {}, disagreements: [] });
  });
});

describe("after SIGTERM", () => {
  it("an order under way ends completed, new orders are refused, and the process exits 0", async () => {
    const fault = { route: "POST /payments", fault: "delay", delay_ms: 1_000, times: 1 };
    await call(`${stack.payments.url}/control/faults`, z.unknown(), fault);
    const id = await orderAsync();
    await expect.poll(() => stateOf(id)).toBe("CREATING_PAYMENT");
    const stopped = stack.orchestrator.stop();
    const { url } = stack.orchestrator;
    await expect.poll(async () => (await fetch(`${url}/health/ready`)).status, { interval: 20 }).toBe(503);
    const body = JSON.stringify({ user_id: 1, items: [{ product_id: 1, quantity: 1 }] });
    const headers = { "content-type": "application/json" };
    const refused = await fetch(`${url}/saga/order`, { method: "POST", headers, body });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await refused.json()).toMatchObject({ type: "draining" });
    expect(await stopped).toEqual({ code: 0, signal: null });
    await stack.restartOrchestrator();
    expect(await stateOf(id)).toBe("COMPLETED");
    expect(await sums()).toMatchObject({ orders: 1, payments: 1, disagreements: [] });
  });

  it("a payment that takes longer than the grace is cut, and the order ends completed after the next start, paid once", async () => {
    const fault = { route: "POST /payments", fault: "delay", delay_ms: 3_500, times: 1 };
    await call(`${stack.payments.url}/control/faults`, z.unknown(), fault);
    const id = await orderAsync();
    await expect.poll(() => stateOf(id)).toBe("CREATING_PAYMENT");
    expect(await stack.orchestrator.stop()).toEqual({ code: 0, signal: null });
    expect(JSON.parse(log.trim().split("\n").at(-1) ?? "")).toMatchObject({ properties: { unfinished: 1, callsCut: 1 } });
    await stack.restartOrchestrator();
    await expect.poll(() => stateOf(id), { timeout: 10_000 }).toBe("COMPLETED");
    expect(await sums()).toMatchObject({ orders: 1, payments: 1, disagreements: [] });
  });
});
