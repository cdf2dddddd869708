import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Laboratory } from "../src/lab/laboratory.ts";
import { Stack } from "../src/stack.ts";
import { Supervisor } from "../src/supervisor.ts";
import { call } from "../src/wire.ts";

let stack: Stack;
let laboratory: Laboratory;
let isStopping: boolean;

beforeEach(async () => {
  isStopping = false;
  stack = await Stack.start({ keepsMocks: true });
  const supervisor = new Supervisor({ stack, isStopping: () => isStopping, print: () => undefined });
  supervisor.watch().catch(() => undefined);
  laboratory = new Laboratory({ stack, supervisor, isKeyed: true });
});

afterEach(async () => {
  isStopping = true;
  await laboratory.stop();
  await stack.stop();
});

const faultsSchema = z.object({ faults: z.array(z.looseObject({ fault: z.string(), times: z.int().optional() })) });

/** Of Payments: what fault it has, and for how many requests. */
async function faults(): Promise<readonly (readonly [string, number | undefined])[]> {
  const { body } = await call(`${stack.payments.url}/control/faults`, faultsSchema);
  return body.faults.map(({ fault, times }) => [fault, times]);
}

const act = (action: "kill" | "start") => laboratory.act({ process: "payments", action });

describe("a fault for so many requests", () => {
  it("goes on where it was when its service was killed and started again, and another one replaces it meanwhile", async () => {
    await laboratory.setFault({ kind: "answer-lost", share: 100, times: 3 });
    const body = JSON.stringify({ user_id: 1, order_id: 1, total_amount: 1 });
    const lost = fetch(`${stack.payments.url}/payments`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    await expect(lost).rejects.toThrow();
    expect(await faults()).toEqual([["drop_after", 2]]);
    await act("kill");
    await act("start");
    expect(await faults()).toEqual([["drop_after", 2]]);
    await act("kill");
    await laboratory.setFault({ kind: "half-replies", share: 100, times: 1 });
    await act("start");
    expect(await faults()).toEqual([["malformed", 1]]);
  });
});
