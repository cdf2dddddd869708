import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../ports/journal.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp, steps } from "../testing/engine-set-up.ts";
import { FullJournal, SlowJournal, StoppingJournal } from "../testing/faulty-journals.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";

const start = { definition: "scripted", input: {} };

/** A journal that notes of which sagas the records are waited for. */
class AskedJournal extends MemoryJournal {
  readonly asked = new Set<string | undefined>();

  override async begin(record: JournalRecord): Promise<void> {
    this.append(record);
    await super.durable();
  }

  override durable(id?: string): Promise<void> {
    this.asked.add(id);
    return super.durable();
  }
}

describe("an engine whose disk is slow or full", () => {
  it("reports the end of a saga only when it is durable", async () => {
    const { engine, clock, world } = setUp({ journal: new StoppingJournal([], 5) });
    const phases: string[] = [];
    engine.subscribe(({ saga }) => phases.push(saga.phase.name));
    const { id, untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    let answers = 0;
    const count = () => {
      answers += 1;
    };
    await driveToRest(engine, clock, id);
    for (const answer of [rest, engine.get(id)]) answer.then(count, count);
    await settleMicrotasks();
    expect(world.effects).toHaveLength(4);
    expect(phases).not.toContain("completed");
    expect(answers).toBe(0);
  });

  it("shows no event that a crash could take back", async () => {
    const journal = new SlowJournal();
    const { engine } = setUp({ journal });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    let shown: unknown;
    const showing = engine.history(id).then((history) => {
      shown = history;
    });
    await settleMicrotasks();
    expect(shown).toBeUndefined();
    journal.release();
    await showing;
    expect(shown).toMatchObject([{ seq: 1, event: { type: "started" } }]);
  });

  it("asks for the records of its own saga only: no saga waits for the disk because of another", async () => {
    const journal = new AskedJournal();
    const unkeyed = steps.map((step) => ({ ...step, keyed: false }));
    const { engine, clock, world, controller } = setUp({ journal, steps: unkeyed });
    const release = world.hold("order/run");
    const [one, other] = [await engine.start(start), await engine.start(start)];
    await settleMicrotasks();
    journal.asked.clear();
    await engine.cancel(other.id);
    expect([...journal.asked]).toEqual([other.id]);
    release();
    await driveToRest(engine, clock, one.id);
    expect(journal.asked).toEqual(new Set([one.id, other.id]));
    // What the next process finds of each saga, it waits for too.
    const found = new AskedJournal(journal.durableRecords.filter(({ saga }) => saga.seq < 3));
    const restarted = engineOn({ controller, journal: found, clock });
    await restarted.resume();
    await driveToRest(restarted, clock, one.id);
    expect(found.asked).toEqual(new Set([one.id, other.id]));
  });

  it("keeps no saga whose start cannot be written, and reports no defect", async () => {
    const { engine, world } = setUp({ journal: new FullJournal(0) });
    const { id, accepted, untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    await expect(accepted).rejects.toThrow("disk full");
    await expect(rest).rejects.toThrow("disk full");
    expect(await engine.get(id)).toBeUndefined();
    expect(world.calls).toEqual([]);
  });

  it("refuses starts and operations while nothing can be written", async () => {
    const { engine } = setUp({ journal: new FullJournal(1), faults: { "order/run": ["busy"] }, policy: { deadlineMs: 100_000 } });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    // This first cancel is never durable, so its caller gets no answer.
    engine.cancel(id).catch(() => undefined);
    await settleMicrotasks();
    await expect(engine.start({ definition: "scripted", input: {} })).rejects.toThrow("disk full");
    for (const operation of [engine.cancel(id), engine.retry(id)]) await expect(operation).rejects.toThrow("disk full");
  });

  it.for([1, 2, 3, 4, 5])("delays a saga whose disk is full after %i records, and loses nothing of it", async (left) => {
    const journal = new FullJournal(left);
    const unkeyed = steps.map((step) => ({ ...step, keyed: false }));
    const { engine, clock, world } = setUp({ journal, steps: unkeyed });
    const { id, untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    const ended: unknown[] = [];
    const waiting = rest.then((saga) => ended.push(saga));
    await settleMicrotasks();
    expect(ended).toEqual([]);
    expect(world.calls.length).toBeLessThan(5);
    journal.makeRoom();
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(world.effects).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
    await waiting;
    expect(ended).toHaveLength(1);
  });

  it("shows a saga as it was before its end while the end cannot be written", async () => {
    const { engine, clock } = setUp({ journal: new FullJournal(5) });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    expect((await engine.get(id))?.saga).toMatchObject({ phase: { name: "forward" } });
    expect(clock.isWaiting).toBe(false);
  });

  it("does not block a drain while nothing can be written: the drain fails with the reason", async () => {
    const { engine, clock } = setUp({ journal: new FullJournal(2) });
    await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    const drained = engine.drain(1);
    drained.catch(() => undefined);
    for (let turn = 0; turn < 5; turn += 1) {
      clock.advance();
      await settleMicrotasks();
    }
    await expect(drained).rejects.toThrow("disk full");
  });

  it("finishes a drain only when the end of its saga is durable", async () => {
    const { engine, clock } = setUp({ journal: new StoppingJournal([], 5) });
    const { untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    let answers = 0;
    const count = () => {
      answers += 1;
    };
    rest.then(count, count);
    await settleMicrotasks();
    engine.drain(1).then(count, count);
    clock.advanceBy(1);
    await settleMicrotasks();
    expect(answers).toBe(0);
  });
});
