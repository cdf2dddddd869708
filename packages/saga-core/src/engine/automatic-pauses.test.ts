import { describe, expect, it } from "vitest";
import { StartRefused } from "../ports/engine.ts";
import { JournalError, type Pause } from "../ports/journal.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { unkeyedSteps } from "../testing/engine-scene.ts";
import { engineOn, type Setup, setUp } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import type { Fault } from "../testing/scripted-world.ts";
import { type AutoPause, defaultAutoPause } from "./auto-pause.ts";
import type { EmbeddedEngine } from "./embedded-engine.ts";

const start = { definition: "scripted", input: {} };
const MINUTE_MS = 60_000;

/** Calls whose saga needs a human. Each is answered, so that no circuit opens. */
function needingHuman(count: number): readonly Fault[] {
  return Array.from({ length: count }, () => "defect");
}

/** The calls that are refused: each of their sagas is cancelled, and needs nobody. */
function refused(count: number): readonly Fault[] {
  return Array.from({ length: count }, () => "rejected");
}

type Options = Pick<Setup, "journal"> & Partial<Pick<Setup, "steps">> & { readonly autoPause?: Partial<AutoPause> };

/** An engine at unkeyed participants, and what becomes of the first call of each saga, one saga after the other. */
function setUpPausing(faults: readonly Fault[], { autoPause = {}, ...setup }: Options = {}) {
  const changes: (readonly [string, Pause])[] = [];
  const parts = setUp({
    steps: unkeyedSteps,
    faults: { "order/run": faults },
    ...setup,
    options: {
      autoPause: { ...defaultAutoPause, ...autoPause },
      onAutoPause: (pause, change) => changes.push([change, pause]),
    },
  });
  return { ...parts, changes };
}

/** Starts one saga after the other; each comes to rest. Returns how many were started. */
async function startAll(engine: EmbeddedEngine, count: number): Promise<number> {
  let startedCount = 0;
  for (let index = 0; index < count; index += 1) {
    try {
      await engine.start(start);
      startedCount += 1;
    } catch (error) {
      if (!(error instanceof StartRefused)) throw error;
    }
    await settleMicrotasks();
  }
  return startedCount;
}

async function refusalOf(request: Promise<unknown>): Promise<unknown> {
  return await request.catch((error: unknown) => error);
}

describe("a definition whose sagas need a human", () => {
  it("pauses itself when they are at least 20 and at least half, and says so with the numbers", async () => {
    const { engine, clock, changes } = setUpPausing(needingHuman(20));
    expect(await startAll(engine, 19)).toBe(19);
    expect(engine.knownPauses()).toEqual([]);
    expect(await startAll(engine, 2)).toBe(1);
    const pause = {
      definition: "scripted",
      at: clock.now(),
      note: "20 of 20 sagas that ended or stopped within 300 s came to need a human",
      automatic: true,
    };
    expect(await engine.pauses()).toEqual([pause]);
    expect(changes).toEqual([["begun", pause]]);
    const refused = await refusalOf(engine.start(start));
    expect(refused).toMatchObject({ refusal: "paused", retryAfterMs: MINUTE_MS });
    expect(String(refused)).toContain("has paused itself (20 of 20 sagas");
  });

  it("goes on while they are less than half of those that ended or stopped", async () => {
    const { engine } = setUpPausing([...refused(21), ...needingHuman(22)]);
    expect(await startAll(engine, 41)).toBe(41);
    expect(engine.knownPauses()).toEqual([]);
    expect(await startAll(engine, 2)).toBe(1);
    expect(engine.knownPauses()).toMatchObject([{ note: expect.stringContaining("21 of 42 sagas") }]);
  });

  it("goes on when they came to need one longer ago than the window", async () => {
    const { engine, clock } = setUpPausing(needingHuman(3), { autoPause: { countMin: 2 } });
    await startAll(engine, 1);
    clock.advanceBy(defaultAutoPause.windowMs + 1);
    expect(await startAll(engine, 1)).toBe(1);
    expect(engine.knownPauses()).toEqual([]);
    await startAll(engine, 1);
    expect(engine.knownPauses()).toHaveLength(1);
  });

  it("never pauses itself when that is off, which it is by default", async () => {
    const off = setUpPausing(needingHuman(30), { autoPause: { countMin: 0 } });
    expect(await startAll(off.engine, 30)).toBe(30);
    const byDefault = setUp({ steps: unkeyedSteps, faults: { "order/run": needingHuman(30) } });
    expect(await startAll(byDefault.engine, 30)).toBe(30);
  });

  it("does not pause itself for waits that no signal ended in time", async () => {
    const { engine, clock } = setUpPausing([], { steps: [{ step: "paid", kind: "pivot", wait: { waitMs: MINUTE_MS } }] });
    const { id } = await engine.start(start);
    await startAll(engine, 29);
    clock.advanceBy(MINUTE_MS);
    await settleMicrotasks();
    expect((await engine.get(id))?.saga.phase).toMatchObject({ reason: "no-signal" });
    expect(engine.knownPauses()).toEqual([]);
  });

  it("does not pause itself for calls that a restart put in doubt", async () => {
    const { engine, world, journal, clock, controller } = setUpPausing([]);
    world.hold("order/run");
    await startAll(engine, 5);
    const restarted = engineOn(
      { controller, journal: journal.crash(), clock },
      { autoPause: { ...defaultAutoPause, countMin: 2 } },
    );
    await restarted.resume();
    await settleMicrotasks();
    expect(world.arrived).toHaveLength(5);
    expect((await restarted.get("saga-0005"))?.saga.phase).toMatchObject({ name: "needs-intervention" });
    expect(restarted.knownPauses()).toEqual([]);
  });

  it("does not pause itself for sagas that an operation leaves in need of a human", async () => {
    const { engine } = setUpPausing(["reply-lost", "reply-lost", "reply-lost"], { autoPause: { countMin: 4 } });
    await startAll(engine, 3);
    for (const id of ["saga-0001", "saga-0002", "saga-0003"]) await engine.cancel(id);
    expect(engine.knownPauses()).toEqual([]);
  });

  it("tries again with the next saga when its pause cannot be written", async () => {
    const journal = new MemoryJournal();
    const pause = journal.pause.bind(journal);
    journal.pause = () => Promise.reject(new JournalError("disk full"));
    const { engine, changes } = setUpPausing(needingHuman(4), { journal, autoPause: { countMin: 2 } });
    expect(await startAll(engine, 2)).toBe(2);
    expect([engine.knownPauses(), changes]).toEqual([[], []]);
    journal.pause = pause;
    await startAll(engine, 1);
    expect(engine.knownPauses()).toMatchObject([{ note: expect.stringContaining("3 of 3 sagas") }]);
  });
});

describe("a definition that has paused itself", () => {
  const autoPause = { countMin: 2 };

  it("lets one start a minute through, and three in a row that need nobody end the pause", async () => {
    const { engine, clock, changes } = setUpPausing(needingHuman(3), { autoPause });
    expect(await startAll(engine, 10)).toBe(2);
    // The first trial loses its answer too.
    for (const ended of [false, false, false, true]) {
      clock.advanceBy(MINUTE_MS - 1);
      expect(await startAll(engine, 1)).toBe(0);
      clock.advanceBy(1);
      expect(await startAll(engine, 1)).toBe(1);
      expect(engine.knownPauses().length === 0).toBe(ended);
    }
    expect(changes.map(([change]) => change)).toEqual(["begun", "ended"]);
    expect(await startAll(engine, 10)).toBe(10);
  });

  it("counts its trials anew after one that needs a human", async () => {
    const { engine, clock } = setUpPausing([...needingHuman(2), ...refused(1), ...needingHuman(1)], {
      autoPause: { ...autoPause, trials: 2 },
    });
    await startAll(engine, 2);
    for (const ended of [false, false, false, true]) {
      clock.advanceBy(MINUTE_MS);
      expect(await startAll(engine, 1)).toBe(1);
      expect(engine.knownPauses().length === 0).toBe(ended);
    }
  });

  it("gives a repeated key its saga, which is no trial", async () => {
    const { engine, clock } = setUpPausing(needingHuman(2), { autoPause });
    const keyed = { ...start, idempotencyKey: "k" };
    const { id } = await engine.start(keyed);
    await settleMicrotasks();
    await startAll(engine, 1);
    clock.advanceBy(MINUTE_MS);
    expect((await engine.start(keyed)).id).toBe(id);
    expect(await startAll(engine, 1)).toBe(1);
    expect((await engine.start(keyed)).id).toBe(id);
  });

  it("waits for an operator when there are to be no trials", async () => {
    const { engine, clock } = setUpPausing(needingHuman(2), { autoPause: { ...autoPause, trials: 0 } });
    await startAll(engine, 2);
    clock.advanceBy(10 * MINUTE_MS);
    expect(await refusalOf(engine.start(start))).toMatchObject({ refusal: "paused", retryAfterMs: MINUTE_MS });
    await engine.endPause("scripted");
    expect(await startAll(engine, 1)).toBe(1);
  });

  it("is paused by the operator who pauses it, and then does not end by itself", async () => {
    const { engine, clock } = setUpPausing(needingHuman(2), { autoPause });
    await startAll(engine, 2);
    const [{ at } = { at: 0 }] = engine.knownPauses();
    clock.advanceBy(MINUTE_MS);
    await engine.pause("scripted", { by: "ada", note: "looking" });
    expect(engine.knownPauses()).toEqual([{ definition: "scripted", at, by: "ada", note: "looking" }]);
    clock.advanceBy(10 * MINUTE_MS);
    expect(await startAll(engine, 5)).toBe(0);
  });

  it("is not paused again by what came before an operator ended the pause", async () => {
    const { engine } = setUpPausing(needingHuman(3), { autoPause });
    await startAll(engine, 2);
    await engine.endPause("scripted");
    expect(await startAll(engine, 1)).toBe(1);
    expect(engine.knownPauses()).toEqual([]);
  });

  it("is still paused after a restart, and lets its first trial through a minute later", async () => {
    const { engine, journal, clock, controller } = setUpPausing(needingHuman(2), { autoPause });
    await startAll(engine, 2);
    clock.advanceBy(MINUTE_MS);
    const options = { autoPause: { ...defaultAutoPause, trials: 1 }, newId: () => "later" };
    const restarted = engineOn({ controller, journal: journal.crash(), clock }, options);
    await restarted.resume();
    clock.advanceBy(MINUTE_MS - 1);
    expect(await startAll(restarted, 1)).toBe(0);
    clock.advanceBy(1);
    expect(await startAll(restarted, 1)).toBe(1);
    expect(restarted.knownPauses()).toEqual([]);
  });

  it("lets another start be the trial when a trial could not be written", async () => {
    const journal = new MemoryJournal();
    const { engine, clock } = setUpPausing(needingHuman(2), { journal, autoPause });
    await startAll(engine, 2);
    clock.advanceBy(MINUTE_MS);
    const begin = journal.begin.bind(journal);
    journal.begin = () => Promise.reject(new JournalError("disk full"));
    await expect((await engine.start(start)).accepted).rejects.toThrow("disk full");
    journal.begin = begin;
    await settleMicrotasks();
    expect(await startAll(engine, 1)).toBe(1);
  });
});
