import { describe, expect, it } from "vitest";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { setUp } from "../testing/engine-set-up.ts";
import { FailingJournal, StoppingJournal } from "../testing/faulty-journals.ts";

describe("durability", () => {
  it("comes before anybody is told that a saga has ended", async () => {
    const { engine, clock, world } = setUp({ journal: new StoppingJournal([], 5) });
    const phases: string[] = [];
    engine.subscribe(({ saga }) => phases.push(saga.phase.name));
    const { id, rest } = await engine.start({ definition: "scripted", input: {} });
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

  it("that cannot be promised stops the saga before its next call, and the drain does not wait for it", async () => {
    const defects: unknown[] = [];
    const { engine, world } = setUp({ journal: new FailingJournal(0), options: { onDefect: (error) => defects.push(error) } });
    const { accepted, rest } = await engine.start({ definition: "scripted", input: {} });
    await expect(accepted).rejects.toThrow("disk full");
    await expect(rest).rejects.toThrow("disk full");
    expect(world.calls).toEqual([]);
    expect(defects).toHaveLength(1);
    await expect(engine.drain(1)).rejects.toThrow("disk full");
  });

  it("that fails while a saga only waits is told at once", async () => {
    const defects: unknown[] = [];
    const options = { onDefect: (error: unknown) => defects.push(error) };
    const { engine } = setUp({
      journal: new FailingJournal(1),
      faults: { "order/run": ["busy"] },
      policy: { deadlineMs: 100_000 },
      options,
    });
    await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    expect(defects).toHaveLength(1);
  });

  it("that fails for the end tells the caller of no end", async () => {
    const { engine, world } = setUp({ journal: new FailingJournal(5), options: { onDefect: () => undefined } });
    const { rest } = await engine.start({ definition: "scripted", input: {} });
    await expect(rest).rejects.toThrow("disk full");
    expect(world.standing).toHaveLength(4);
  });

  it("comes before a drain tells of an end too", async () => {
    const { engine, clock } = setUp({ journal: new StoppingJournal([], 5) });
    const { rest } = await engine.start({ definition: "scripted", input: {} });
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
