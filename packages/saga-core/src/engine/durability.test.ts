import { describe, expect, it } from "vitest";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { setUp, steps } from "../testing/engine-set-up.ts";
import { FullJournal, SlowJournal, StoppingJournal } from "../testing/faulty-journals.ts";

describe("durability", () => {
  it("comes before anybody is told that a saga has ended", async () => {
    const { engine, clock, world } = setUp({ journal: new StoppingJournal([], 5) });
    const phases: string[] = [];
    engine.subscribe(({ saga }) => phases.push(saga.phase.name));
    const { id, untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    let told = 0;
    const tell = () => {
      told += 1;
    };
    await driveToRest(engine, clock, id);
    for (const telling of [rest, engine.get(id)]) telling.then(tell, tell);
    await settleMicrotasks();
    expect(world.effects).toHaveLength(4);
    expect(phases).not.toContain("completed");
    expect(told).toBe(0);
  });

  it("comes before anybody is shown an event that a crash could take back", async () => {
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
    expect(shown).toMatchObject([{ type: "started" }]);
  });

  it("that cannot be promised for the start leaves no saga behind, and is no defect", async () => {
    const { engine, world } = setUp({ journal: new FullJournal(0) });
    const { id, accepted, untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    await expect(accepted).rejects.toThrow("disk full");
    await expect(rest).rejects.toThrow("disk full");
    expect(await engine.get(id)).toBeUndefined();
    expect(world.calls).toEqual([]);
  });

  it("that cannot be promised at present refuses starts and whatever is asked", async () => {
    const { engine } = setUp({ journal: new FullJournal(1), faults: { "order/run": ["busy"] }, policy: { deadlineMs: 100_000 } });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    // It is promised to nobody.
    engine.cancel(id).catch(() => undefined);
    await settleMicrotasks();
    await expect(engine.start({ definition: "scripted", input: {} })).rejects.toThrow("disk full");
    for (const asked of [engine.cancel(id), engine.retry(id)]) await expect(asked).rejects.toThrow("disk full");
  });

  it.for([1, 2, 3, 4, 5])("that comes late, after %i records, holds the saga up and loses nothing of it", async (left) => {
    const journal = new FullJournal(left);
    const unkeyed = steps.map((step) => ({ ...step, keyed: false }));
    const { engine, clock, world } = setUp({ journal, steps: unkeyed });
    const { id, untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    const asked: unknown[] = [];
    const telling = rest.then((saga) => asked.push(saga));
    await settleMicrotasks();
    expect(asked).toEqual([]);
    expect(world.calls.length).toBeLessThan(5);
    journal.makeRoom();
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(world.effects).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
    await telling;
    expect(asked).toHaveLength(1);
  });

  it("that the end does not have yet shows the saga as it was before, while nothing can be written", async () => {
    const { engine, clock } = setUp({ journal: new FullJournal(5) });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    expect((await engine.get(id))?.saga).toMatchObject({ phase: { name: "forward" } });
    expect(clock.isWaiting).toBe(false);
  });

  it("that cannot be had does not hold up a drain, which tells why", async () => {
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

  it("comes before a drain tells of an end too", async () => {
    const { engine, clock } = setUp({ journal: new StoppingJournal([], 5) });
    const { untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    let told = 0;
    const tell = () => {
      told += 1;
    };
    rest.then(tell, tell);
    await settleMicrotasks();
    engine.drain(1).then(tell, tell);
    clock.advanceBy(1);
    await settleMicrotasks();
    expect(told).toBe(0);
  });
});
