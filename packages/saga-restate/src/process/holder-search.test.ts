import type { FoundSaga } from "saga-core";
import { readHistory, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { HolderSearch } from "./holder-search.ts";

const query = { definition: "scripted", step: "paid", correlation: "A-1" };

const controller = new ScriptedController(contractSteps, new ScriptedWorld());
const start = startOf(controller, { id: "saga", at: 1, input: {}, idempotencyKey: undefined, trace: undefined });
const found: FoundSaga = { saga: readHistory(controller, "saga", [start]).saga, controller };

/** Correlations, of which one gets its saga at an instant. @param readableFrom when that saga can be read. */
function setUp(from: number, readableFrom = from) {
  const clock = new SimulatedClock(0);
  let looks = 0;
  const holders = new HolderSearch({
    clock,
    signalWaitMsMax: 5_000,
    signalsWaitingMax: 1_000,
    holderOf: async () => {
      looks += 1;
      return clock.now() >= from ? "saga" : undefined;
    },
    get: async (id) => (id === "saga" && clock.now() >= readableFrom ? found : undefined),
  });
  return { clock, holders, looks: () => looks };
}

async function passAll(clock: SimulatedClock): Promise<void> {
  for (let turn = 0; turn < 120; turn += 1) {
    for (let microtask = 0; microtask < 10; microtask += 1) await Promise.resolve();
    clock.advanceBy(50);
  }
}

describe("the saga of a correlation", () => {
  it("is found at once where there is one", async () => {
    const { holders, clock } = setUp(0);
    expect(await holders.find(query)).toBe(found);
    expect(clock.isWaiting).toBe(false);
  });

  it("is waited for, with few looks", async () => {
    const { holders, clock, looks } = setUp(3_000);
    const search = holders.find(query);
    await passAll(clock);
    expect(await search).toBe(found);
    expect(looks()).toBeLessThan(10);
  });

  it("is waited for where it is about to start, and so cannot be read yet; it is unknown where it never does", async () => {
    const [starts, dies] = [setUp(0, 3_000), setUp(0, Infinity)];
    const search = starts.holders.find(query);
    await passAll(starts.clock);
    expect(await search).toBe(found);
    const other = dies.holders.find(query).catch((error: unknown) => error);
    await passAll(dies.clock);
    expect(await other).toMatchObject({ refusal: "correlation-unknown" });
  });

  it("is unknown where there is none for so long", async () => {
    const { holders, clock } = setUp(Infinity);
    const search = holders.find(query).catch((error: unknown) => error);
    await passAll(clock);
    expect(await search).toMatchObject({ refusal: "correlation-unknown" });
  });

  it("is refused where too many signals wait, until one has stopped", async () => {
    const { holders, clock } = setUp(Infinity);
    const waiting = Array.from({ length: 1_000 }, () => holders.find(query).catch(() => "unknown"));
    await Promise.resolve();
    await expect(holders.find(query)).rejects.toMatchObject({ refusal: "overloaded" });
    await passAll(clock);
    await Promise.all(waiting);
    const again = holders.find(query).catch((error: unknown) => error);
    await passAll(clock);
    expect(await again).toMatchObject({ refusal: "correlation-unknown" });
  });

  it("is found however many signals wait for theirs", async () => {
    const clock = new SimulatedClock(0);
    const holders = new HolderSearch({
      clock,
      signalWaitMsMax: 5_000,
      signalsWaitingMax: 1,
      holderOf: async ({ correlation }) => (correlation === "A-1" ? "saga" : undefined),
      get: async () => found,
    });
    const waiting = holders.find({ ...query, correlation: "A-2" }).catch((error: unknown) => error);
    expect(await holders.find(query)).toBe(found);
    await passAll(clock);
    expect(await waiting).toMatchObject({ refusal: "correlation-unknown" });
  });
});
