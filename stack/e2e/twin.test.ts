import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Twin } from "../src/lab/twin.ts";

let twin: Twin;
let isStopping: boolean;

beforeEach(async () => {
  isStopping = false;
  twin = await Twin.start(true, () => isStopping);
});

afterEach(() => twin.stop());

async function place(): Promise<number> {
  const body = JSON.stringify({ user_id: 1, items: [{ product_id: 1, quantity: 1 }] });
  const headers = { "content-type": "application/json" };
  return (await fetch(`${twin.urls.byHand}/saga/order`, { method: "POST", headers, body })).status;
}

/** As somebody in a terminal does it. */
function killFromOutside(part: "byHand" | "payments"): number {
  const pid = twin.pidOf(part);
  if (pid === undefined) throw new Error(`${part} does not run`);
  process.kill(pid, "SIGKILL");
  return pid;
}

describe("the orchestrator by hand and its services", () => {
  it("starts the orchestrator again that was killed from outside, on its port", async () => {
    const before = twin.urls.byHand;
    const killed = killFromOutside("byHand");
    const isNew = () => ![undefined, killed].includes(twin.pidOf("byHand"));
    await expect.poll(isNew, { timeout: 15_000 }).toBe(true);
    expect(twin.urls.byHand).toBe(before);
    expect(await place()).toBe(200);
  });

  it("starts no service before it is asked to, and waits for a start that is under way", async () => {
    const killed = killFromOutside("payments");
    await expect.poll(() => twin.pidOf("payments")).toBeUndefined();
    expect(await place()).not.toBe(200);
    const asked = [twin.restart("payments"), twin.restart("payments")].map(async (start) => {
      await start;
      return twin.pidOf("payments");
    });
    const [one, other] = await Promise.all(asked);
    expect([one, one === killed]).toEqual([other, false]);
    expect(one).toBeTypeOf("number");
    expect(await place()).toBe(200);
  });

  it("starts nothing again when all stop", async () => {
    isStopping = true;
    killFromOutside("byHand");
    await expect.poll(() => twin.pidOf("byHand")).toBeUndefined();
    await twin.restart("byHand");
    expect(twin.pidOf("byHand")).toBeUndefined();
  });
});
