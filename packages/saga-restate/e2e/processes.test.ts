import { FingerprintMismatch, statusOf } from "saga-core";
import { contractSteps, eventsOf, ScriptedController, ScriptedWorld, unkeyedSteps } from "saga-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestateTestbed, restOf, until } from "./restate-testbed.ts";

const quick = { backoffMsBase: 5, backoffMsMax: 20 };
const request = { definition: "scripted", input: {} };
const all = ["order/run", "stock/run", "pay/run", "mail/run"];

let testbed: RestateTestbed;
beforeAll(async () => {
  testbed = await RestateTestbed.start();
});
afterAll(async () => {
  await testbed.stop();
});

describe("a call whose process is lost", () => {
  /** The first process never gets its answer. The second one continues at the same address, with participants of its own. */
  async function interrupted(world: ScriptedWorld, steps: typeof contractSteps) {
    const namespace = testbed.newNamespace();
    const lost = new ScriptedWorld();
    const release = lost.hold("order/run");
    const policy = { ...quick, attemptsMax: 1 };
    const first = await testbed.serve([new ScriptedController(steps, lost, policy)], { namespace });
    const { id, accepted } = await first.engine.start(request);
    await accepted;
    await until(() => lost.arrived.length === 1);
    await first.endpoint.close(0);
    const { port } = first.endpoint;
    const { engine } = await testbed.serve([new ScriptedController(steps, world, policy)], { namespace, port });
    const saga = await restOf(engine, id);
    release();
    return { engine, saga, id };
  }

  it("stays in doubt although a later attempt is `unavailable`, and is repeated until it is settled", async () => {
    const world = new ScriptedWorld({ "order/run": ["unavailable"] });
    const { engine, saga, id } = await interrupted(world, contractSteps);
    expect(statusOf(saga)).toBe("completed");
    expect(world.calls).toEqual(["order/run", ...all]);
    expect((await eventsOf(engine, id)).map(({ type }) => type).slice(0, 2)).toEqual(["started", "resumed"]);
  });

  it("is never followed by a second call at an unkeyed participant: the saga needs a human", async () => {
    const world = new ScriptedWorld();
    const { saga } = await interrupted(world, unkeyedSteps);
    expect(statusOf(saga)).toBe("needs_intervention");
    expect(world.calls).toEqual([]);
  });
});

describe("several processes", () => {
  it("answer for each other's sagas: they find, list, cancel and await them, and emit their events", async () => {
    const namespace = testbed.newNamespace();
    const world = new ScriptedWorld({ "stock/run": ["reply-lost"] });
    const controller = () => new ScriptedController(unkeyedSteps, world, { ...quick, deadlineMs: 600_000 });
    const one = await testbed.serve([controller()], { namespace });
    // The last one registered runs the sagas.
    const other = await testbed.serve([controller()], { namespace });
    const emitted: string[] = [];
    const unsubscribe = one.engine.subscribe((_found, event) => emitted.push(event.type));
    const started = await one.engine.start({ ...request, isAwaited: true });
    expect(statusOf(await started.untilRest())).toBe("needs_intervention");
    expect((await one.engine.get(started.id))?.saga).toEqual((await other.engine.get(started.id))?.saga);
    expect(await one.engine.index.list({ limit: 5, status: "needs_intervention" })).toEqual([started.id]);
    await one.engine.cancel(started.id, { by: "ada" });
    await one.engine.resolve(started.id, { step: "stock", applied: true });
    expect(statusOf(await restOf(one.engine, started.id))).toBe("cancelled");
    expect(world.standing).toEqual([]);
    await until(() => emitted.includes("cancel-requested") && emitted.includes("resolved"));
    unsubscribe();
    expect(emitted.filter((type) => type === "started")).toHaveLength(1);
    expect([...one.defects, ...other.defects]).toEqual([]);
  });

  it("start one saga for a key that both get at once", async () => {
    const namespace = testbed.newNamespace();
    const world = new ScriptedWorld();
    const processes = [
      await testbed.serve([new ScriptedController(contractSteps, world, quick)], { namespace }),
      await testbed.serve([new ScriptedController(contractSteps, world, quick)], { namespace }),
    ];
    const keyed = { ...request, idempotencyKey: `anonymous:${"é/ %".repeat(20)}` };
    const started = await Promise.all(processes.flatMap(({ engine }) => [engine.start(keyed), engine.start(keyed)]));
    const sagas = await Promise.all(started.map(({ untilRest }) => untilRest()));
    expect(new Set(sagas.map(({ id }) => id)).size).toBe(1);
    expect(world.effects).toEqual(all);
  });

  /** Two processes, whose definition has paused itself. */
  async function untilPaused(trialMs: number) {
    const namespace = testbed.newNamespace();
    const world = new ScriptedWorld({ "order/run": ["reply-lost", "reply-lost"] });
    const autoPause = { countMin: 2, sharePercentMin: 50, windowMs: 300_000, trials: 1, trialMs };
    const serve = () => testbed.serve([new ScriptedController(unkeyedSteps, world, quick)], { namespace, autoPause });
    const one = await serve();
    // The last one registered runs the sagas.
    const other = await serve();
    for (let lost = 0; lost < 2; lost += 1) {
      const { untilRest } = await one.engine.start({ ...request, isAwaited: true });
      expect(statusOf(await untilRest())).toBe("needs_intervention");
    }
    await until(async () => (await one.engine.pauses()).some(({ automatic }) => automatic));
    return { one, other };
  }

  it("share the pause that a definition made in one of them", async () => {
    const { one, other } = await untilPaused(600_000);
    await until(async () => (await other.engine.pauses()).some(({ automatic }) => automatic));
    for (const { engine } of [one, other]) await expect(engine.start(request)).rejects.toMatchObject({ refusal: "paused" });
    expect([...one.defects, ...other.defects]).toEqual([]);
  });

  it("follow their own trials wherever these run", async () => {
    const { one, other } = await untilPaused(1);
    const trials: string[] = [];
    await until(async () => {
      const started = await one.engine.start(request).catch(() => undefined);
      if (started) trials.push(started.id);
      return trials.length > 0;
    });
    expect(statusOf(await restOf(one.engine, trials[0] ?? ""))).toBe("completed");
    await until(async () => (await one.engine.pauses()).length === 0);
    await until(() => other.engine.knownPauses().length === 0);
    expect([...one.defects, ...other.defects]).toEqual([]);
  });

  it("run new sagas in a newer version while the old ones end where they began", async () => {
    const namespace = testbed.newNamespace();
    const oldWorld = new ScriptedWorld();
    const newWorld = new ScriptedWorld();
    const release = oldWorld.hold("stock/run");
    const old = await testbed.serve([new ScriptedController(contractSteps, oldWorld, quick)], { namespace });
    const before = await old.engine.start(request);
    await before.accepted;
    await until(() => oldWorld.arrived.includes("stock/run"));
    const longer = [...contractSteps, { step: "ship", kind: "retriable" as const }];
    const next = await testbed.serve([new ScriptedController(longer, newWorld, quick, { version: 2 })], { namespace });
    const after = await next.engine.start({ ...request, isAwaited: true });
    expect(await after.untilRest()).toMatchObject({ version: 2, phase: { name: "completed" } });
    // A process without that version names the service that has it.
    await expect(next.engine.get(before.id)).rejects.toThrow(/saga\.scripted\.v1, which is not registered here/);
    release();
    expect(await restOf(old.engine, before.id)).toMatchObject({ version: 1, phase: { name: "completed" } });
    expect([oldWorld.effects, newWorld.effects]).toEqual([all, [...all, "ship/run"]]);
  });

  it("are refused with another definition under the same version while its sagas are open", async () => {
    const namespace = testbed.newNamespace();
    const world = new ScriptedWorld({ "order/run": ["reply-lost"] });
    const { engine } = await testbed.serve([new ScriptedController(unkeyedSteps, world, quick)], { namespace });
    const { untilRest } = await engine.start({ ...request, isAwaited: true });
    await untilRest();
    const changed = new ScriptedController([...unkeyedSteps, { step: "ship", kind: "retriable" }], new ScriptedWorld(), quick);
    await expect(testbed.serve([changed], { namespace })).rejects.toThrow(FingerprintMismatch);
  });
});

describe("an invocation that is cancelled at Restate", () => {
  it("cancels its saga, which is undone", async () => {
    const world = new ScriptedWorld();
    const release = world.hold("stock/run");
    const policy = { ...quick, deadlineMs: 600_000 };
    const { engine, defects } = await testbed.serve([new ScriptedController(contractSteps, world, policy)]);
    const { id, accepted } = await engine.start(request);
    await accepted;
    await until(() => world.arrived.includes("stock/run"));
    const invocation = await testbed.invocationOf(id);
    await fetch(`${testbed.node.adminUrl}/invocations/${invocation}/cancel`, { method: "PATCH" });
    await until(async () => (await engine.get(id))?.saga.phase.name === "settling");
    release();
    expect(await restOf(engine, id)).toMatchObject({
      phase: { name: "cancelled", turn: { reason: "it was cancelled by restate" } },
    });
    expect(world.standing).toEqual([]);
    expect(defects).toEqual([]);
  });
});
