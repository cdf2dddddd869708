import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Stack } from "../src/stack.ts";
import { WebClient } from "../src/web-client.ts";
import { call, paymentState } from "../src/wire.ts";
import { shiftClock } from "./shifted-clock.ts";

const DAY_MS = 86_400_000;

let stack: Stack;
let log: string;

beforeEach(async () => {
  log = "";
  stack = await Stack.start({
    onLog: (line) => {
      log += line;
    },
  });
});
afterEach(() => stack.stop());

async function placeOrder() {
  const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
  return await new WebClient(stack.orchestrator.url).placeOrder(order, { "idempotency-key": "once" });
}

async function paymentCount(): Promise<number> {
  return (await call(`${stack.payments.url}/control/state`, paymentState)).body.payments.length;
}

describe("a process whose clock is 40 days ahead", () => {
  it("answers a repeated key with its first saga, and pays nothing again", async () => {
    const first = await placeOrder();
    expect([first.kind, await paymentCount()]).toEqual(["created", 1]);
    await stack.orchestrator.stop();
    // It deletes for the first time before it listens.
    await stack.restartOrchestrator(shiftClock("+40d"));
    expect(await placeOrder()).toEqual(first);
    expect(await paymentCount()).toBe(1);
    // Its clock was really shifted, and it says what follows from that.
    await expect.poll(() => log).toContain("no saga and no key is deleted until");
    const [, shown = ""] = /CLOCK_ACCEPT=([\d-]+)/.exec(log) ?? [];
    expect(Math.abs(Date.parse(shown) - Date.now() - 40 * DAY_MS)).toBeLessThan(2 * DAY_MS);
  });
});
