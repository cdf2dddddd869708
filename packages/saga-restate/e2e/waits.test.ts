import { statusOf } from "saga-core";
import { eventsOf, ScriptedController, ScriptedWorld, type StepScript } from "saga-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestateTestbed, restOf, until } from "./restate-testbed.ts";

const HOUR_MS = 3_600_000;
const yes = { paid: 1 };
const quick = { backoffMsBase: 5, backoffMsMax: 20 };

let testbed: RestateTestbed;
beforeAll(async () => {
  testbed = await RestateTestbed.start();
});
afterAll(async () => {
  await testbed.stop();
});

const waiting: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "paid", kind: "lasting", wait: { onTimeout: "turn-back", waitMs: 100 * HOUR_MS, correlation: "ref" } },
  { step: "ship", kind: "pivot" },
];

async function serve(world: ScriptedWorld, namespace: string, options: { readonly port?: number } = {}) {
  return await testbed.serve([new ScriptedController(waiting, world, quick)], { namespace, ...options });
}

function request(ref: string) {
  return { definition: "scripted", input: { ref } };
}

describe("a saga that waits", () => {
  it("takes the signal that any process heard, and every process tells what came after its end", async () => {
    const namespace = testbed.newNamespace();
    const world = new ScriptedWorld();
    const one = await serve(world, namespace);
    // The last one registered runs the sagas.
    const other = await serve(world, namespace);
    const { id, accepted } = await one.engine.start(request("A-1"));
    await accepted;
    await until(async () => (await one.engine.get(id))?.saga.steps[1]?.status === "waiting");
    const both = await Promise.all([one, other].map(({ engine }) => engine.signalBy("scripted", "paid", "A-1", yes)));
    expect(both.map(({ signal }) => signal).toSorted()).toEqual(["repeated", "taken"]);
    expect(statusOf(await restOf(one.engine, id))).toBe("completed");
    const emitted: string[] = [];
    const unsubscribe = one.engine.subscribe((_found, event) => emitted.push(event.type));
    await expect(other.engine.signal(id, "paid", { paid: 2 })).rejects.toMatchObject({ refusal: "late" });
    await until(() => emitted.includes("signalled"));
    unsubscribe();
    expect((await one.engine.get(id))?.saga.lateSignals).toMatchObject([{ because: "another-signal" }]);
    expect((await eventsOf(one.engine, id)).at(-1)).toMatchObject({ type: "signalled", outcome: { result: { paid: 2 } } });
    // Somebody must find it, although it came after the end.
    const unseen = () => one.engine.index.list({ limit: 9, lateSignals: true });
    expect(await unseen()).toEqual([id]);
    await other.engine.acknowledge(id);
    expect(await unseen()).toEqual([]);
    await expect(one.engine.signal(id, "paid", { paid: 3 })).rejects.toMatchObject({ refusal: "late" });
    expect(await unseen()).toEqual([id]);
    expect([...one.defects, ...other.defects]).toEqual([]);
  });

  it("is listed with a late signal that came before its end, until a person has acknowledged it after that", async () => {
    const { engine, defects } = await serve(new ScriptedWorld({ "order/rollback": ["rejected"] }), testbed.newNamespace());
    const { id, accepted } = await engine.start(request("A-1"));
    await accepted;
    await until(async () => (await engine.get(id))?.saga.steps[1]?.status === "waiting");
    await engine.cancel(id);
    await until(async () => (await engine.get(id))?.saga.phase.name === "needs-intervention");
    await expect(engine.signal(id, "paid", yes)).rejects.toMatchObject({ refusal: "late" });
    await engine.resolve(id, { step: "order", applied: true });
    expect(statusOf(await restOf(engine, id))).toBe("cancelled");
    expect(await engine.index.list({ limit: 9, lateSignals: true })).toEqual([id]);
    expect(await engine.index.list({ limit: 9, lateSignals: true, status: "completed" })).toEqual([]);
    await engine.acknowledge(id);
    expect(await engine.index.list({ limit: 9, lateSignals: true })).toEqual([]);
    expect(defects).toEqual([]);
  });

  it("goes on in the next process, by a signal or by the end of its time", async () => {
    const namespace = testbed.newNamespace();
    const first = await serve(new ScriptedWorld(), namespace);
    const [signalled, over] = await Promise.all(["A-1", "A-2"].map((ref) => first.engine.start(request(ref))));
    if (!signalled || !over) throw new TypeError("Two sagas were started.");
    for (const { id } of [signalled, over])
      await until(async () => (await first.engine.get(id))?.saga.steps[1]?.status === "waiting");
    await first.stop();
    const world = new ScriptedWorld();
    const { engine, defects } = await serve(world, namespace, { port: first.endpoint.port });
    expect((await engine.signal(signalled.id, "paid", yes)).signal).toBe("taken");
    await engine.endWait(over.id, "paid");
    expect(statusOf(await restOf(engine, signalled.id))).toBe("completed");
    expect(statusOf(await restOf(engine, over.id))).toBe("cancelled");
    expect(new Set(world.calls)).toEqual(new Set(["order/rollback", "ship/run"]));
    expect((await eventsOf(engine, signalled.id)).map(({ type }) => type)).not.toContain("resumed");
    expect(defects).toEqual([]);
  });

  it("waits until the last instant that a date can be", async () => {
    const steps: readonly StepScript[] = [{ step: "paid", kind: "pivot", wait: { waitUntil: "at" } }];
    const { engine, defects } = await testbed.serve([new ScriptedController(steps, new ScriptedWorld(), quick)]);
    const { id, accepted } = await engine.start({ definition: "scripted", input: { at: 1e18 } });
    await accepted;
    await until(async () => (await engine.get(id))?.saga.steps[0]?.status === "waiting");
    expect((await engine.signal(id, "paid", yes)).signal).toBe("taken");
    expect(statusOf(await restOf(engine, id))).toBe("completed");
    expect(defects).toEqual([]);
  });
});
