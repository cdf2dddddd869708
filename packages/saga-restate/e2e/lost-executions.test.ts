import { setTimeout } from "node:timers/promises";
import { defaultGateLimits, FingerprintMismatch, statusOf } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld, type StepScript, unkeyedSteps } from "saga-core/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RestateBench, restOf, until } from "./restate-subject.ts";
import { SwitchedAddress } from "./switched-address.ts";

const request = { definition: "scripted", input: {} };
const all = ["order/run", "stock/run", "pay/run", "mail/run"];
const quick = { backoffMsBase: 5, backoffMsMax: 20, deadlineMs: 600_000 };

let bench: RestateBench;
let address: SwitchedAddress;
const releases: (() => void)[] = [];

beforeAll(async () => {
  bench = await RestateBench.start();
  address = await SwitchedAddress.open();
});
afterEach(() => {
  for (const release of releases.splice(0)) release();
});
afterAll(async () => {
  await bench.stop();
  address.close();
});

describe("an execution that is lost", () => {
  it("sends nothing more that waited for its turn", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const namespace = bench.newNamespace();
    const gateLimits = { ...defaultGateLimits, callsInFlightMax: 1 };
    const keyedLast: readonly StepScript[] = [
      { step: "order", kind: "compensatable", keyed: false, arrivesWithinMs: 1 },
      { step: "pay", kind: "pivot" },
    ];
    const make = (world: ScriptedWorld) => new ScriptedController(keyedLast, world, quick);
    const other = await bench.serve([make(worlds[1])], { namespace, address });
    const one = await bench.serve([make(worlds[0])], { namespace, address, gateLimits });
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
    await until(() => worlds[0].calls.length > 0);
    await setTimeout(200);
    expect(worlds[0].calls).toEqual(["order/run"]);
  });

  it("makes no further call of the run that it was at", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await bench.serveTwo(address, contractSteps, worlds);
    const release = worlds[0].hold("order/run");
    const { id, accepted } = await one.engine.start(request);
    await accepted;
    await until(() => worlds[0].arrived.length === 1);
    address.to(other.endpoint.port);
    expect(statusOf(await restOf(other.engine, id))).toBe("completed");
    release();
    await until(() => worlds[0].calls.length > 0);
    await setTimeout(200);
    expect(worlds[0].arrived).toEqual(["order/run"]);
  });

  it("and goes on elsewhere, is not told of as it stood here", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await bench.serveTwo(address, contractSteps, worlds);
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

  it("while it only waited, leaves no doubt: nobody is asked", async () => {
    const worlds = [new ScriptedWorld({ "stock/run": ["unavailable"] }), new ScriptedWorld()] as const;
    const { one, other } = await bench.serveTwo(address, unkeyedSteps, worlds, { backoffMsBase: 1_500, backoffMsMax: 1_500 });
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
  it("ends the calls under way, makes no other, and leaves the rest to whoever comes after it: nobody is asked", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await bench.serveTwo(address, unkeyedSteps, worlds);
    const release = worlds[0].hold("stock/run");
    const { id, accepted } = await one.engine.start(request);
    await accepted;
    await until(() => worlds[0].arrived.includes("stock/run"));
    const drained = one.engine.drain(0);
    release();
    await drained;
    await until(async () => (await other.engine.get(id))?.saga.isParked === true);
    await one.endpoint.close(0);
    address.to(other.endpoint.port);
    expect(statusOf(await restOf(other.engine, id))).toBe("completed");
    expect([worlds[0].effects, worlds[1].effects]).toEqual([all.slice(0, 2), all.slice(2)]);
  });
});

describe("an address at which sagas of a version are open", () => {
  it("is refused to a process that does not have it", async () => {
    const namespace = bench.newNamespace();
    const world = new ScriptedWorld({ "order/run": ["reply-lost"] });
    const { engine } = await bench.serve([new ScriptedController(unkeyedSteps, world, quick)], { namespace, address });
    await (await engine.start({ ...request, isAwaited: true })).untilRest();
    const next = [new ScriptedController([...unkeyedSteps, { step: "ship", kind: "retriable" }], new ScriptedWorld(), quick, 2)];
    await expect(bench.serve(next, { namespace, address })).rejects.toThrow(FingerprintMismatch);
  });
});

describe("somebody who asks again for what was asked by another in the meantime", () => {
  it("is refused, and the saga goes on", async () => {
    const faults = { "stock/run": ["reply-lost"], "pay/run": ["rejected"], "stock/rollback": ["rejected"] } as const;
    const world = new ScriptedWorld(faults);
    const { engine, defects } = await bench.serve([new ScriptedController(unkeyedSteps, world, quick)]);
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
