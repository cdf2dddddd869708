import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { RestateTestbed, restOf, type ServeOptions } from "./restate-testbed.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let testbed: RestateTestbed;
beforeAll(async () => {
  testbed = await RestateTestbed.start();
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  await testbed.stop();
});

/** A saga that has ended under a key. */
async function ended(options: ServeOptions) {
  const namespace = testbed.newNamespace();
  const controller = new ScriptedController(contractSteps, new ScriptedWorld());
  const { engine } = await testbed.serve([controller], { ...options, namespace });
  const start = async () => await engine.start({ definition: "scripted", input: {}, idempotencyKey: "key" });
  const first = await start();
  await restOf(engine, first.id);
  const keptOn = async () => (await testbed.keptOn(namespace))[0];
  return { engine, first: first.id, again: async () => (await start()).id, keptOn };
}

describe("a key whose saga has ended", () => {
  it("starts another saga once its time is over", async () => {
    const { first, again } = await ended({ keysMs: 1 });
    await expect.poll(again).not.toBe(first);
  });

  it("is kept while the clock of the process may be wrong", async () => {
    const { first, again, keptOn } = await ended({ keysMs: 1, deletionTime: { now: () => undefined } });
    await expect.poll(keptOn).toBe(1);
    expect(await again()).toBe(first);
  });

  it("is kept although the SDK computed its end by a clock 40 days behind, so that Restate calls at once", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 40 * DAY_MS });
    const { first, again, keptOn } = await ended({ keysMs: HOUR_MS });
    // It is called again at once until it waits for more than 40 days: 2 ** 10 hours.
    await expect.poll(keptOn).toBe(11);
    expect(await again()).toBe(first);
  });

  it("lets the times of its record be found", async () => {
    const { engine, first } = await ended({});
    const at = (await engine.get(first))?.saga.updatedAt ?? 0;
    expect(await engine.recordedTimes(at)).toEqual({ before: undefined, since: at });
    expect(await engine.recordedTimes(at + 1)).toEqual({ before: at, since: undefined });
  });
});
