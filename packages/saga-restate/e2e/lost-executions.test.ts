import { defaultGateLimits, FingerprintMismatch, statusOf } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld, type StepScript, unkeyedSteps } from "saga-core/testing";
import type { RestateEngine } from "saga-restate";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RestateTestbed, restOf, until } from "./restate-testbed.ts";
import { SwitchedAddress } from "./switched-address.ts";

const request = { definition: "scripted", input: {} };
const all = ["order/run", "stock/run", "pay/run", "mail/run"];
const quick = { backoffMsBase: 5, backoffMsMax: 20, deadlineMs: 600_000 };

let testbed: RestateTestbed;
let address: SwitchedAddress;
const releases: (() => void)[] = [];

beforeAll(async () => {
  testbed = await RestateTestbed.start();
  address = await SwitchedAddress.open();
});
afterEach(() => {
  for (const release of releases.splice(0)) release();
});
afterAll(async () => {
  await testbed.stop();
  address.close();
});

/** Whether the participant of a step was called or would have been, and no call to it waits or is under way. */
function isIdle(engine: RestateEngine, participant: string): boolean {
  const state = engine.participants().find((each) => each.participant === participant);
  return state !== undefined && state.waiting === 0 && state.callsInFlight === 0;
}

describe("a lost execution", () => {
  it("does not send a call that waited for its turn", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const namespace = testbed.newNamespace();
    const gateLimits = { ...defaultGateLimits, callsInFlightMax: 1 };
    const keyedLast: readonly StepScript[] = [
      { step: "order", kind: "compensatable", keyed: false },
      { step: "pay", kind: "pivot" },
    ];
    const make = (world: ScriptedWorld) => new ScriptedController(keyedLast, world, quick);
    const other = await testbed.serve([make(worlds[1])], { namespace, address });
    const one = await testbed.serve([make(worlds[0])], { namespace, address, gateLimits });
    const release = worlds[0].hold("order/run");
    const first = await one.engine.start(request);
    await first.accepted;
    await until(() => worlds[0].arrived.length === 1);
    const second = await one.engine.start(request);
    await second.accepted;
    await until(() => one.engine.participants()[0]?.waiting === 1);
    address.to(other.endpoint.port);
    expect(statusOf(await restOf(other.engine, second.id))).toBe("needs_intervention");
    release();
    // The waiting call has had its turn when its participant's gate is empty.
    await until(() => isIdle(one.engine, "order"));
    expect(worlds[0].arrived).toEqual(["order/run"]);
  });

  it("makes no further call of its batch", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await testbed.serveTwo(address, contractSteps, worlds);
    const release = worlds[0].hold("order/run");
    const { id, accepted } = await one.engine.start(request);
    await accepted;
    await until(() => worlds[0].arrived.length === 1);
    address.to(other.endpoint.port);
    expect(statusOf(await restOf(other.engine, id))).toBe("completed");
    release();
    // The next call has had its turn when the gate of its participant is there and empty.
    await until(() => isIdle(one.engine, "stock"));
    expect(worlds[0].arrived).toEqual(["order/run"]);
  });

  it("is not shown as it was once the saga continues in another process", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await testbed.serveTwo(address, contractSteps, worlds);
    releases.push(worlds[0].hold("stock/run"));
    const { id, accepted } = await one.engine.start(request);
    await accepted;
    await until(() => worlds[0].arrived.includes("stock/run"));
    expect(await one.engine.index.list({ limit: 1, status: "running" })).toEqual([id]);
    address.to(other.endpoint.port);
    expect(statusOf(await restOf(other.engine, id))).toBe("completed");
    expect(await one.engine.index.list({ limit: 1, status: "running" })).toEqual([]);
    expect(await one.engine.index.list({ limit: 1 })).toEqual([id]);
  });

  it("leaves no doubt when the saga only waited: it needs no human", async () => {
    const worlds = [new ScriptedWorld({ "stock/run": ["unavailable"] }), new ScriptedWorld()] as const;
    const { one, other } = await testbed.serveTwo(address, unkeyedSteps, worlds, { backoffMsBase: 1_500, backoffMsMax: 1_500 });
    const waiting = Promise.withResolvers<void>();
    const unsubscribe = one.engine.subscribe(({ saga }) => saga.steps[1]?.nextAttemptAt !== undefined && waiting.resolve());
    const { id } = await one.engine.start(request);
    await waiting.promise;
    unsubscribe();
    address.to(other.endpoint.port);
    expect(statusOf(await restOf(other.engine, id))).toBe("completed");
    expect([worlds[0].effects, worlds[1].effects]).toEqual([["order/run"], ["stock/run", "pay/run", "mail/run"]]);
  });
});

describe("a process that stops", () => {
  it("ends its calls under way, makes no other, and leaves its sagas to the next process without a doubt", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await testbed.serveTwo(address, unkeyedSteps, worlds);
    const release = worlds[0].hold("stock/run");
    const { id, accepted } = await one.engine.start(request);
    await accepted;
    await until(() => worlds[0].arrived.includes("stock/run"));
    // As long as a call may take: the one under way can end, and no other one.
    const drained = one.engine.drain(30_000);
    release();
    await drained;
    await until(async () => (await other.engine.get(id))?.saga.isParked === true);
    await one.endpoint.close(0);
    address.to(other.endpoint.port);
    expect(statusOf(await restOf(other.engine, id))).toBe("completed");
    expect([worlds[0].effects, worlds[1].effects]).toEqual([all.slice(0, 2), all.slice(2)]);
  });
});

describe("an address with open sagas of a version", () => {
  it("is refused to a process without that version", async () => {
    const namespace = testbed.newNamespace();
    const world = new ScriptedWorld({ "order/run": ["reply-lost"] });
    const { engine } = await testbed.serve([new ScriptedController(unkeyedSteps, world, quick)], { namespace, address });
    await (await engine.start({ ...request, isAwaited: true })).untilRest();
    const next = [
      new ScriptedController([...unkeyedSteps, { step: "ship", kind: "retriable" }], new ScriptedWorld(), quick, { version: 2 }),
    ];
    await expect(testbed.serve(next, { namespace, address })).rejects.toThrow(FingerprintMismatch);
  });
});

describe("a resolution that another operator gave in the meantime", () => {
  it("is refused, and the saga continues", async () => {
    const faults = { "stock/run": ["reply-lost"], "pay/run": ["rejected"], "stock/rollback": ["rejected"] } as const;
    const world = new ScriptedWorld(faults);
    const { engine, defects } = await testbed.serve([new ScriptedController(unkeyedSteps, world, quick)]);
    const { id, untilRest } = await engine.start({ ...request, isAwaited: true });
    await untilRest();
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => engine.resolve(id, { step: "stock", applied: true })));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await until(async () => (await engine.get(id))?.saga.phase.name === "needs-intervention");
    await engine.resolve(id, { step: "stock", applied: true });
    expect(statusOf(await restOf(engine, id))).toBe("cancelled");
    expect(defects).toEqual([]);
  });
});
