import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Stack } from "../src/stack.ts";
import { Supervisor } from "../src/supervisor.ts";
import { WebClient } from "../src/web-client.ts";
import { call, paymentState } from "../src/wire.ts";

let stack: Stack;
let supervisor: Supervisor;
let isStopping: boolean;
let printed: string;

beforeEach(async () => {
  isStopping = false;
  printed = "";
  stack = await Stack.start({ keepsMocks: true });
  supervisor = new Supervisor({
    stack,
    isStopping: () => isStopping,
    print: (text) => {
      printed += `${text}\n`;
    },
  });
  supervisor.watch().catch(() => undefined);
});

afterEach(async () => {
  isStopping = true;
  await stack.stop();
});

const order = () => new WebClient(stack.orchestrator.url).placeOrder({ user_id: 1, items: [{ product_id: 1, quantity: 1 }] });

describe("the supervisor of the local stack", () => {
  it("starts a killed mock when it is asked to, and the mock has what it had", async () => {
    await order();
    const { url, pid } = stack.payments;
    const before = await call(`${url}/control/state`, paymentState);
    expect(before.body.payments).toHaveLength(1);
    await supervisor.kill("payments");
    await expect.poll(() => supervisor.pidOf("payments")).toBeUndefined();
    expect(printed).toContain("Start it again in the lab, or with:");
    await Promise.all([supervisor.startMock("payments"), supervisor.startMock("payments")]);
    expect([stack.payments.url, stack.payments.pid === pid]).toEqual([url, false]);
    expect(await call(`${url}/control/state`, paymentState)).toEqual(before);
    expect((await order()).kind).toBe("created");
  });

  it("says why an orchestrator does not start, keeps the stack, and starts it when that is corrected", async () => {
    const { url } = stack.orchestrator;
    // Stands for a definition that is wrong: the next start ends with its message.
    const start = stack.restartOrchestrator.bind(stack);
    stack.restartOrchestrator = async () => await start({ CALL_TIMEOUT_MS: "wrong" });
    await supervisor.reload();
    await expect.poll(() => supervisor.problem, { timeout: 10_000 }).toContain('CALL_TIMEOUT_MS="wrong"');
    expect([supervisor.pidOf("orchestrator"), supervisor.starts]).toEqual([undefined, 0]);
    stack.restartOrchestrator = async () => await start();
    await supervisor.reload();
    await expect.poll(() => supervisor.starts, { timeout: 10_000 }).toBe(1);
    expect([stack.orchestrator.url, supervisor.problem]).toEqual([url, undefined]);
    expect((await fetch(`${url}/health-check`)).status).toBe(200);
  });
});
