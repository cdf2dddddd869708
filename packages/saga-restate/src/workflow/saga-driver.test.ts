import { contractSteps, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { SimulatedSaga } from "../simulation/simulated-saga.ts";

const MINUTE_MS = 60_000;

function newSaga(): SimulatedSaga {
  return new SimulatedSaga({ steps: contractSteps, world: new ScriptedWorld() });
}

describe("a call that a late batch left under way", () => {
  it("is in doubt when its process is lost: no checkpoint hides that it was made", async () => {
    const saga = newSaga();
    saga.world.hold("stock/run");
    await saga.begin();
    saga.process.context.delay(MINUTE_MS);
    await saga.write();
    await saga.process.context.settle();
    expect(saga.world.arrived).toEqual(["order/run", "stock/run"]);
    saga.clock.advanceBy(MINUTE_MS / 2);
    await saga.process.context.settle();
    await saga.write();
    expect(saga.saga?.steps.map(({ status }) => status)).toEqual(["done", "running", "pending", "pending"]);
    await saga.restart();
    await saga.write();
    expect(saga.events).toContain("resumed");
    expect(saga.saga?.steps.map(({ status }) => status)).toEqual(["done", "unknown", "unknown", "unknown"]);
    expect(saga.defects).toEqual([]);
  });
});

describe("several operations during a call", () => {
  it("are all answered, in the order in which they were requested", async () => {
    const saga = newSaga();
    const release = saga.world.hold("order/run");
    await saga.begin();
    await saga.write();
    const at = saga.clock.now();
    saga.request("one", { type: "retry-requested", at, by: "ada" });
    saga.request("two", { type: "cancel-requested", at, by: "adele" });
    saga.request("three", { type: "cancel-requested", at, by: "alan" });
    saga.request("four", { type: "retry-requested", at });
    await saga.writeAll();
    expect([...saga.verdicts.keys()]).toEqual(["one", "two", "three", "four"]);
    expect(saga.saga?.phase).toMatchObject({ name: "settling", turn: { cause: "cancelled" } });
    release();
    await saga.writeAll();
    expect(saga.saga?.phase.name).toBe("cancelled");
    expect(saga.world.calls).toEqual(["order/run", "order/rollback"]);
    expect(saga.defects).toEqual([]);
  });
});

describe("a cancel that comes before a call was made", () => {
  it("keeps the call from being made: it would have to be undone", async () => {
    const saga = newSaga();
    await saga.begin();
    saga.request("one", { type: "cancel-requested", at: saga.clock.now(), by: "ada" });
    await saga.writeAll();
    expect(saga.saga?.phase.name).toBe("cancelled");
    expect(saga.world.calls).toEqual([]);
    expect(saga.defects).toEqual([]);
  });
});
