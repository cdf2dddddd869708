import { describe, expect, it, vi } from "vitest";
import type { StartedSaga } from "../ports/engine.ts";
import type { RecordPage, StoredRecord } from "../ports/journal.ts";
import { JournalError } from "../ports/journal.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import { SlowJournal } from "../testing/faulty-journals.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import type { Fault } from "../testing/scripted-world.ts";
import type { SimulatedClock } from "../testing/simulated-clock.ts";

const start = { definition: "scripted", input: {} };
const patient = { deadlineMs: 3_600_000, attemptsMax: 1_000 };
const gateLimits = { callsInFlightMax: 2, failuresMax: 3, openMsBase: 10_000, openMsMax: 10_000 };
const dead = (times: number): readonly Fault[] => Array.from({ length: times }, () => "unavailable");

describe("the resumption of an earlier process", () => {
  it("resumes the oldest sagas first, a bounded number at a time, while new ones start", async () => {
    const before = setUp({ faults: { "order/run": Array.from({ length: 20 }, () => "busy" as const) }, policy: patient });
    for (let saga = 0; saga < 20; saga += 1) await before.engine.start(start);
    await settleMicrotasks();
    await before.journal.durable();
    const slow = new SlowJournal(before.journal.durableRecords);
    const { controller, clock } = before;
    const engine = engineOn({ controller, journal: slow, clock }, { sagasInFlightMax: 6, newId: () => "saga-new" });
    const resumed: string[] = [];
    engine.subscribe(({ saga }, { type }) => type === "resumed" && resumed.push(saga.id));
    expect(await engine.resume()).toBe(20);
    for (let turn = 0; turn < 3; turn += 1) await settleMicrotasks();
    expect(resumed).toEqual(["saga-0001", "saga-0002", "saga-0003", "saga-0004", "saga-0005", "saga-0006"]);
    slow.release();
    await settleMicrotasks();
    const fresh = await engine.start(start);
    expect(await driveToRest(engine, clock, fresh.id)).toMatchObject({ phase: { name: "completed" } });
    for (let saga = 1; saga <= 20; saga += 1) {
      const id = `saga-${String(saga).padStart(4, "0")}`;
      expect((await engine.get(id))?.saga.phase.name).toBe("completed");
    }
    expect(resumed).toHaveLength(20);
  });
});

describe("a resumption that fails", () => {
  it.for(["openVersions", "pauses"] as const)("leaves no timer and no saga under way: %s cannot be read", async (read) => {
    const before = setUp({ faults: { "order/run": ["busy"] }, policy: patient });
    await before.engine.start(start);
    await settleMicrotasks();
    await before.journal.durable();
    const { controller, clock, world } = before;
    await before.engine.drain(0);
    const journal = before.journal.crash();
    vi.spyOn(journal, read).mockRejectedValue(new JournalError("it cannot be read"));
    const engine = engineOn({ controller, journal, clock });
    await expect(engine.resume()).rejects.toThrow("it cannot be read");
    await settleMicrotasks();
    expect(clock.isWaiting).toBe(false);
    expect(world.arrived).toEqual(["order/run"]);
  });
});

describe("a journal that cannot be read for a while", () => {
  /** The number of reads that fail. */
  class FlakyJournal extends MemoryJournal {
    fails = 0;

    override async load(id: string, page: RecordPage): Promise<readonly StoredRecord[]> {
      this.fails -= 1;
      if (this.fails >= 0) throw new JournalError("it cannot be read");
      return await super.load(id, page);
    }
  }

  const passTime = async (clock: SimulatedClock, turns = 80) => {
    for (let turn = 0; turn < turns; turn += 1) {
      clock.advanceBy(50_000);
      await settleMicrotasks();
    }
  };

  it("delays the resumption, and stops no saga", async () => {
    const before = setUp({ faults: { "order/run": Array.from({ length: 5 }, () => "busy" as const) }, policy: patient });
    for (let saga = 0; saga < 5; saga += 1) await before.engine.start(start);
    await settleMicrotasks();
    await before.journal.durable();
    const journal = new FlakyJournal(before.journal.durableRecords);
    const { controller, clock } = before;
    const engine = engineOn({ controller, journal, clock }, { onDefect: () => undefined });
    journal.fails = 2;
    expect(await engine.resume()).toBe(5);
    await passTime(clock);
    for (let saga = 1; saga <= 5; saga += 1) {
      expect((await engine.get(`saga-000${saga}`))?.saga.phase.name).toBe("completed");
    }
  });

  it("delays only the sagas that cannot be read: the others go on, and those do too once they can be", async () => {
    class PartlyReadable extends MemoryJournal {
      readonly unreadable = new Set(["saga-0001", "saga-0002", "saga-0004"]);

      override async load(id: string, page: RecordPage): Promise<readonly StoredRecord[]> {
        if (this.unreadable.has(id)) throw new JournalError("it cannot be read");
        return await super.load(id, page);
      }
    }
    const before = setUp({ faults: { "order/run": Array.from({ length: 5 }, () => "busy" as const) }, policy: patient });
    for (let saga = 0; saga < 5; saga += 1) await before.engine.start(start);
    await settleMicrotasks();
    await before.journal.durable();
    const journal = new PartlyReadable(before.journal.durableRecords);
    const { controller, clock } = before;
    const failed = new Set<string>();
    const engine = engineOn({ controller, journal, clock }, { onDefect: (_, sagaId) => failed.add(sagaId) });
    const unreadable = new Set(journal.unreadable);
    const completed = new Set<string>();
    engine.subscribe(({ saga }) => saga.phase.name === "completed" && completed.add(saga.id));
    await engine.resume();
    await passTime(clock, 20);
    expect(completed).toEqual(new Set(["saga-0003", "saga-0005"]));
    expect(failed).toEqual(unreadable);
    journal.unreadable.clear();
    await passTime(clock, 20);
    expect(completed.size).toBe(5);
  });

  it("delays a saga that is due, and one whose participant answers again", async () => {
    const journal = new FlakyJournal();
    const options = { gateLimits: { ...gateLimits, failuresMax: 1 }, onDefect: () => undefined };
    const { engine, clock } = setUp({ journal, faults: { "mail/run": dead(3) }, policy: patient, options });
    const { id } = await engine.start(start);
    for (let turn = 0; turn < 5; turn += 1) {
      await settleMicrotasks();
      clock.advanceBy(200);
    }
    journal.fails = 1;
    await passTime(clock);
    expect((await engine.get(id))?.saga.phase.name).toBe("completed");
  });
});

describe("many sagas that are due at once", () => {
  it("are resumed a bounded number at a time, and all go on", async () => {
    const faults = { "order/run": Array.from({ length: 20 }, () => "busy" as const) };
    const journal = new HoldingJournal();
    const { engine, clock } = setUp({ journal, faults, policy: patient, options: { sagasInFlightMax: 3 } });
    const started: StartedSaga[] = [];
    for (let saga = 0; saga < 20; saga += 1) {
      started.push(await engine.start(start));
      await settleMicrotasks();
    }
    const woken = new Set<string>();
    engine.subscribe(({ saga }, { type }) => {
      if (type === "woken") woken.add(saga.id);
    });
    journal.isHeld = true;
    clock.jumpBy(70_000);
    clock.advanceBy(1);
    await settleMicrotasks();
    expect(woken.size).toBe(3);
    journal.letGo();
    for (const { id } of started) expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(woken.size).toBe(20);
  });

  /** Callers that wait for the disk wait until it is released. */
  class HoldingJournal extends MemoryJournal {
    isHeld = false;
    readonly #held = Promise.withResolvers<void>();

    override durable(): Promise<void> {
      return this.isHeld ? this.#held.promise.then(() => super.durable()) : super.durable();
    }

    letGo(): void {
      this.isHeld = false;
      this.#held.resolve();
    }
  }
});
