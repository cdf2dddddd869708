import { EmbeddedEngine, type FoundSaga } from "saga-core";
import { contractSteps, MemoryJournal, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it, vi } from "vitest";
import { OldestFirst } from "./oldest-first.ts";
import { OpenSagas } from "./open-sagas.ts";
import { SagaMetrics } from "./saga-metrics.ts";

const build = { version: "1", commit: "", runtime: "test", engine: "embedded" } as const;

/** A saga that has just started. */
async function startedSaga(clock: SimulatedClock): Promise<FoundSaga> {
  const controller = new ScriptedController(contractSteps, new ScriptedWorld());
  const engine = new EmbeddedEngine({
    controllers: [controller],
    journal: new MemoryJournal(),
    clock,
    random: () => 0.5,
    newId: () => "saga-0001",
    sagasInFlightMax: 10,
    onDefect: (error) => {
      throw error;
    },
  });
  let first: FoundSaga | undefined;
  engine.subscribe((found) => {
    first ??= found;
  });
  const { untilRest } = await engine.start({ definition: "scripted", input: {} });
  await untilRest();
  if (!first) throw new Error("No saga was started.");
  return first;
}

describe("the open sagas of a process", () => {
  it("are told in as much work for 100,000 of them as for ten, and nothing is read for it", async () => {
    const clock = new SimulatedClock();
    const found = await startedSaga(clock);
    const peek = vi.spyOn(OldestFirst.prototype, "oldest", "get");
    const work: number[] = [];
    for (const count of [10, 100_000]) {
      const metrics = new SagaMetrics({ clock, build, definitions: ["scripted"] });
      const readEngine = vi.fn(() => []);
      const unreadable = vi.fn(() => new Set<string>());
      metrics.watch({ participants: readEngine, knownPauses: readEngine, unreadable, unreadiness: () => undefined });
      for (let saga = 0; saga < count; saga += 1) metrics.read({ ...found, saga: { ...found.saga, id: `saga-${saga}` } });
      peek.mockClear();
      const text = await metrics.text();
      metrics.stop();
      expect(text).toContain(`saga_active{definition="scripted",phase="forward"} ${count}`);
      work.push(peek.mock.calls.length + readEngine.mock.calls.length + unreadable.mock.calls.length + text.split("\n").length);
    }
    peek.mockRestore();
    expect(work[1]).toBe(work[0]);
  });

  it("keep the first instant of a saga that stays where it is, and forget one that ends", async () => {
    const clock = new SimulatedClock();
    const found = await startedSaga(clock);
    const open = new OpenSagas();
    open.note(found);
    open.note({ ...found, saga: { ...found.saga, seq: 2, updatedAt: found.saga.updatedAt + 5 } });
    expect(open.counts).toEqual([{ definition: "scripted", phase: "forward", count: 1, oldestSince: found.saga.createdAt }]);
    open.note({ ...found, saga: { ...found.saga, phase: { name: "completed" } } });
    expect(open.counts).toEqual([{ definition: "scripted", phase: "forward", count: 0 }]);
  });
});

describe("a queue of the oldest", () => {
  it("tells the oldest in whichever order they come, and holds few that are gone", () => {
    const queue = new OldestFirst();
    for (const [id, since] of [
      ["b", 2],
      ["a", 1],
      ["c", 3],
    ] as const)
      queue.add(id, since);
    expect(queue.oldest).toBe(1);
    queue.delete("a");
    expect([queue.oldest, queue.size]).toEqual([2, 2]);
    for (let turn = 0; turn < 10_000; turn += 1) {
      queue.add("again", turn + 10);
      queue.delete("again");
    }
    expect([queue.oldest, queue.size, queue.queued < 5_000]).toEqual([2, 2, true]);
  });
});
