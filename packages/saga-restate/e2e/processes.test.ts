import { FingerprintMismatch, statusOf } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld, unkeyedSteps } from "saga-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestateBench, restOf, until } from "./restate-subject.ts";

const quick = { backoffMsBase: 5, backoffMsMax: 20 };
const request = { definition: "scripted", input: {} };
const all = ["order/run", "stock/run", "pay/run", "mail/run"];

let bench: RestateBench;
beforeAll(async () => {
  bench = await RestateBench.start();
});
afterAll(async () => {
  await bench.stop();
});

describe("a process that is gone while a call is under way", () => {
  /** The first process never gets its answer; the second one goes on at the same address, and its participants act as the faults say. */
  async function interrupted(world: ScriptedWorld, steps: typeof contractSteps) {
    const namespace = bench.newNamespace();
    const lost = new ScriptedWorld();
    const release = lost.hold("order/run");
    const policy = { ...quick, attemptsMax: 1 };
    const first = await bench.serve([new ScriptedController(steps, lost, policy)], { namespace });
    const { id, accepted } = await first.engine.start(request);
    await accepted;
    await until(() => lost.arrived.length === 1);
    await first.endpoint.close(0);
    const { port } = first.endpoint;
    const { engine } = await bench.serve([new ScriptedController(steps, world, policy)], { namespace, port });
    const saga = await restOf(engine, id);
    release();
    return { engine, saga, id };
  }

  it("leaves a doubt that no later `unavailable` takes away: the call is repeated until it is settled", async () => {
    const world = new ScriptedWorld({ "order/run": ["unavailable"] });
    const { engine, saga, id } = await interrupted(world, contractSteps);
    expect(statusOf(saga)).toBe("completed");
    expect(world.calls).toEqual(["order/run", ...all]);
    expect((await engine.history(id))?.map(({ type }) => type).slice(0, 2)).toEqual(["started", "resumed"]);
  });

  it("is never followed by a second call where no keys are kept: a human is asked", async () => {
    const world = new ScriptedWorld();
    const { saga } = await interrupted(world, unkeyedSteps);
    expect(statusOf(saga)).toBe("needs_intervention");
    expect(world.calls).toEqual([]);
  });
});

describe("several processes", () => {
  it("answer for each other's sagas: they find, list, cancel and wait for them, and hear what happens to them", async () => {
    const namespace = bench.newNamespace();
    const world = new ScriptedWorld({ "stock/run": ["reply-lost"] });
    const controller = () => new ScriptedController(unkeyedSteps, world, { ...quick, deadlineMs: 600_000 });
    const one = await bench.serve([controller()], { namespace });
    // The last one registered runs the sagas.
    const other = await bench.serve([controller()], { namespace });
    const told: string[] = [];
    const unsubscribe = one.engine.subscribe((_found, event) => told.push(event.type));
    const started = await one.engine.start({ ...request, isAwaited: true });
    expect(statusOf(await started.untilRest())).toBe("needs_intervention");
    expect((await one.engine.get(started.id))?.saga).toEqual((await other.engine.get(started.id))?.saga);
    expect(await one.engine.index.list({ limit: 5, status: "needs_intervention" })).toEqual([started.id]);
    await one.engine.cancel(started.id, { by: "ada" });
    await one.engine.resolve(started.id, { step: "stock", applied: true });
    expect(statusOf(await restOf(one.engine, started.id))).toBe("cancelled");
    expect(world.standing).toEqual([]);
    await until(() => told.includes("cancel-requested") && told.includes("resolved"));
    unsubscribe();
    expect(told.filter((type) => type === "started")).toHaveLength(1);
    expect([...one.defects, ...other.defects]).toEqual([]);
  });

  it("make one saga for a key that comes to both of them at once", async () => {
    const namespace = bench.newNamespace();
    const world = new ScriptedWorld();
    const processes = [
      await bench.serve([new ScriptedController(contractSteps, world, quick)], { namespace }),
      await bench.serve([new ScriptedController(contractSteps, world, quick)], { namespace }),
    ];
    const keyed = { ...request, idempotencyKey: `anonymous:${"é/ %".repeat(20)}` };
    const started = await Promise.all(processes.flatMap(({ engine }) => [engine.start(keyed), engine.start(keyed)]));
    const sagas = await Promise.all(started.map(({ untilRest }) => untilRest()));
    expect(new Set(sagas.map(({ id }) => id)).size).toBe(1);
    expect(world.effects).toEqual(all);
  });

  it("with a newer version take the new sagas, while the old ones finish where they began", async () => {
    const namespace = bench.newNamespace();
    const oldWorld = new ScriptedWorld();
    const newWorld = new ScriptedWorld();
    const release = oldWorld.hold("stock/run");
    const old = await bench.serve([new ScriptedController(contractSteps, oldWorld, quick)], { namespace });
    const before = await old.engine.start(request);
    await before.accepted;
    await until(() => oldWorld.arrived.includes("stock/run"));
    const longer = [...contractSteps, { step: "ship", kind: "retriable" as const }];
    const next = await bench.serve([new ScriptedController(longer, newWorld, quick, 2)], { namespace });
    const after = await next.engine.start({ ...request, isAwaited: true });
    expect(await after.untilRest()).toMatchObject({ version: 2, phase: { name: "completed" } });
    // Of a version that it does not have a process says so, and where it goes on.
    await expect(next.engine.get(before.id)).rejects.toThrow(/saga\.scripted\.v1, which is not registered here/);
    release();
    expect(await restOf(old.engine, before.id)).toMatchObject({ version: 1, phase: { name: "completed" } });
    expect([oldWorld.effects, newWorld.effects]).toEqual([all, [...all, "ship/run"]]);
  });

  it("with another definition under the same version are refused while its sagas are open", async () => {
    const namespace = bench.newNamespace();
    const world = new ScriptedWorld({ "order/run": ["reply-lost"] });
    const { engine } = await bench.serve([new ScriptedController(unkeyedSteps, world, quick)], { namespace });
    const { untilRest } = await engine.start({ ...request, isAwaited: true });
    const rest = untilRest();
    await rest;
    const changed = new ScriptedController([...unkeyedSteps, { step: "ship", kind: "retriable" }], new ScriptedWorld(), quick);
    await expect(bench.serve([changed], { namespace })).rejects.toThrow(FingerprintMismatch);
  });
});

describe("an invocation that is cancelled at Restate", () => {
  it("cancels its saga, as anybody may: what was done is undone", async () => {
    const world = new ScriptedWorld();
    const release = world.hold("stock/run");
    const policy = { ...quick, deadlineMs: 600_000 };
    const { engine, defects } = await bench.serve([new ScriptedController(contractSteps, world, policy)]);
    const { id, accepted } = await engine.start(request);
    await accepted;
    await until(() => world.arrived.includes("stock/run"));
    const invocation = await bench.invocationOf(id);
    await fetch(`${bench.node.adminUrl}/invocations/${invocation}/cancel`, { method: "PATCH" });
    await until(async () => (await engine.get(id))?.saga.phase.name === "settling");
    release();
    expect(await restOf(engine, id)).toMatchObject({
      phase: { name: "cancelled", turn: { reason: "it was cancelled by restate" } },
    });
    expect(world.standing).toEqual([]);
    expect(defects).toEqual([]);
  });
});
