import { type OpenPhaseName, openPhaseNames } from "saga-core/engine";
import { type Fault, ScriptedController, ScriptedWorld, type StepScript } from "saga-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestateTestbed, until } from "./restate-testbed.ts";

const HOUR_MS = 3_600_000;
/** A call that failed is not repeated within the test. */
const slow = { backoffMsBase: 100_000, backoffMsMax: 100_000, deadlineMs: HOUR_MS };

const steps: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "paid", kind: "lasting", wait: { onTimeout: "turn-back", waitMs: 100 * HOUR_MS } },
  { step: "ship", kind: "pivot" },
];

/** What makes two sagas stay at something. Those that go forward have their calls under way. */
const faults: Readonly<Record<Exclude<OpenPhaseName, "settling">, Readonly<Record<string, readonly Fault[]>>>> = {
  needs_intervention: { "order/run": ["defect", "defect"] },
  in_doubt: { "order/run": ["reply-lost", "reply-lost"] },
  undoing: { "order/rollback": ["unavailable", "unavailable"] },
  retrying: { "order/run": ["unavailable", "unavailable"] },
  waiting: {},
  forward: {},
};

let testbed: RestateTestbed;
beforeAll(async () => {
  testbed = await RestateTestbed.start();
});
afterAll(async () => {
  await testbed.stop();
});

describe("the list on Restate", () => {
  it("finds in every process the sagas that are at something, the newest or the oldest first", async () => {
    const worlds = new Map(Object.entries(faults).map(([phase, ofPhase]) => [phase, new ScriptedWorld(ofPhase)]));
    const held = worlds.get("forward")?.hold("order/run");
    const worldOf = (data: object) => worlds.get("at" in data ? String(data.at) : "") ?? new ScriptedWorld();
    const serve = async (namespace: string) => await testbed.serve([new ScriptedController(steps, worldOf, slow)], { namespace });
    const namespace = testbed.newNamespace();
    const looking = await serve(namespace);
    // The last one registered runs the sagas.
    const running = await serve(namespace);
    const ids = new Map<string, string[]>();
    // What is found is a member of the record, not one of the same name in the input.
    const pretends = [
      { status: "needs_intervention", state: "" },
      { status: "running", phase: "waiting", state: "" },
    ];
    for (const phase of [...worlds.keys(), ...worlds.keys()]) {
      const { id, accepted } = await running.engine.start({ definition: "scripted", input: { at: phase, pretends } });
      await accepted;
      ids.set(phase, [...(ids.get(phase) ?? []), id]);
    }
    const stepOf = async (id: string) => (await running.engine.get(id))?.saga.steps[1]?.status;
    for (const id of ids.get("undoing") ?? []) {
      await until(async () => (await stepOf(id)) === "waiting");
      await running.engine.cancel(id, {});
    }
    const list = async (phase: OpenPhaseName, order: "newest" | "oldest", after?: string) =>
      await looking.engine.index.list({ limit: 9, phase, order, after });
    await until(async () => (await list("waiting", "newest")).length === 2 && (await list("undoing", "newest")).length === 2);
    for (const phase of openPhaseNames) {
      const expected = ids.get(phase) ?? [];
      expect([phase, await list(phase, "oldest")]).toEqual([phase, expected]);
      expect([phase, await list(phase, "newest")]).toEqual([phase, expected.toReversed()]);
      expect([phase, await list(phase, "oldest", expected[0])]).toEqual([phase, expected.slice(1)]);
    }
    expect(await looking.engine.index.list({ limit: 3, order: "oldest" })).toEqual(
      [...ids.values()].slice(0, 3).map(([id]) => id),
    );
    const counts = [...(await looking.engine.restingCounts())].map(({ phase, count }) => `${count} ${phase}`);
    expect(new Set(counts)).toEqual(new Set(["2 needs_intervention", "2 waiting"]));
    held?.();
    expect([...looking.defects, ...running.defects]).toEqual([]);
  });
});
