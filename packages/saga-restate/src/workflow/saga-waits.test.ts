import { RestatePromise } from "@restatedev/restate-sdk";
import type { StepScript } from "saga-core/testing";
import { ScriptedWorld } from "saga-core/testing";
import { describe, expect, it, vi } from "vitest";
import { SimulatedSaga, type SimulatedSagaOptions } from "../simulation/simulated-saga.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function waiting(wait: StepScript["wait"] = {}, order: Partial<StepScript> = {}): readonly StepScript[] {
  return [
    { step: "order", kind: "compensatable", ...order },
    { step: "paid", kind: "lasting", wait: { waitMs: 100 * DAY_MS, onTimeout: "turn-back", ...wait } },
    { step: "ship", kind: "pivot" },
  ];
}

/** A saga that stands at its wait. */
async function atWait(options: Partial<SimulatedSagaOptions> = {}) {
  const saga = new SimulatedSaga({ steps: waiting(), world: new ScriptedWorld(), ...options });
  await saga.begin();
  await saga.writeAll();
  expect(saga.saga?.steps[1]?.status).toBe("waiting");
  return saga;
}

function signal(saga: SimulatedSaga, id: string, result: object, more: object = {}): void {
  saga.request(id, { type: "signalled", at: saga.clock.now(), step: "paid", outcome: { outcome: "done", result }, ...more });
}

describe("a workflow whose saga waits", () => {
  it("has nothing under way but its timer, and goes on by a signal, after a checkpoint", async () => {
    const saga = await atWait();
    expect(saga.clock.waiting).toBe(1);
    signal(saga, "one", { paid: 1 });
    await saga.writeAll();
    expect(saga.verdicts.get("one")).toEqual({ allowed: true, signal: "taken" });
    expect([saga.saga?.phase.name, saga.saga?.data]).toEqual(["completed", { paid: 1 }]);
    expect(saga.world.calls).toEqual(["order/run", "ship/run"]);
    expect(saga.defects).toEqual([]);
  });

  it("decides signals in the order of its journal, and each one once", async () => {
    const saga = await atWait();
    signal(saga, "one", { paid: 1 }, { key: "k" });
    signal(saga, "one", { paid: 1 }, { key: "k" });
    signal(saga, "two", { paid: 1 });
    signal(saga, "three", { paid: 2 }, { key: "k" });
    signal(saga, "four", { paid: 2 });
    await saga.writeAll();
    expect(Object.fromEntries(saga.verdicts)).toEqual({
      one: { allowed: true, signal: "taken" },
      two: { allowed: true, signal: "repeated" },
      three: { allowed: false, reason: expect.any(String), isKeyReused: true },
      four: { allowed: false, reason: expect.any(String), late: "another-signal" },
    });
    expect(saga.events.filter((type) => type === "signalled")).toHaveLength(2);
  });

  it("is the same in the process that goes on with it, which puts nothing in doubt", async () => {
    const saga = await atWait();
    await saga.restart();
    await saga.writeAll();
    expect(saga.events).not.toContain("resumed");
    signal(saga, "one", { paid: 1 });
    await saga.writeAll();
    expect(saga.saga?.phase.name).toBe("completed");
    expect(saga.world.calls).toEqual(["order/run", "ship/run"]);
    expect(saga.defects).toEqual([]);
  });

  it("takes a signal that its journal has before the end of its time, although the time is over", async () => {
    const saga = await atWait({ steps: waiting({ waitMs: HOUR_MS }) });
    saga.process.context.end(true);
    saga.clock.advanceBy(2 * HOUR_MS);
    signal(saga, "one", { paid: 1 });
    saga.invocation.write();
    await saga.resume();
    await saga.finish();
    expect(saga.verdicts.get("one")).toEqual({ allowed: true, signal: "taken" });
    expect(saga.saga?.phase.name).toBe("completed");
  });

  it("waits for a short time as for a long one, also after a call that was repeated within its batch", async () => {
    const repeats = { attemptsMin: 0, batchMsMax: 20_000, unrecordedMsMax: 100, reportsMax: 2, recordsMax: 2 };
    const saga = await atWait({ steps: waiting({ waitMs: 1_000 }), repeats });
    signal(saga, "one", { paid: 1 });
    await saga.writeAll();
    expect(saga.saga?.phase.name).toBe("completed");
  });
});

describe("a correlation from later data", () => {
  const byId = waiting({ correlation: "id" }, { rollbackIsRepeatable: true, rollbackId: "id" });

  it("is claimed as soon as its record is in the journal, and again by another execution", async () => {
    const claimed: string[] = [];
    const onClaim = (key: string) => {
      claimed.push(key);
      return "saga";
    };
    const saga = await atWait({ steps: byId, onClaim });
    await saga.restart();
    await saga.writeAll();
    expect(new Set(claimed)).toEqual(new Set([JSON.stringify(["scripted", "paid", "7"])]));
    expect(saga.saga?.phase.name).toBe("forward");
    expect(saga.defects).toEqual([]);
  });

  it("is asked about once: then the workflow waits for what comes from outside", async () => {
    const saga = await atWait({ steps: byId });
    const waits = vi.spyOn(RestatePromise, "race");
    await saga.writeAll();
    expect(waits.mock.calls.length).toBe(0);
    waits.mockRestore();
  });

  it("that another saga has makes the saga ask at its wait, and a signal by its id is taken", async () => {
    const saga = await atWait({ steps: byId, onClaim: () => "another" });
    expect(saga.saga?.phase).toMatchObject({ name: "needs-intervention", reason: "correlation-taken", holder: "another" });
    await saga.restart();
    await saga.writeAll();
    expect(saga.saga?.phase).toMatchObject({ name: "needs-intervention", reason: "correlation-taken" });
    signal(saga, "one", { paid: 1 });
    await saga.writeAll();
    expect(saga.saga?.phase.name).toBe("completed");
    expect(saga.defects).toEqual([]);
  });
});
