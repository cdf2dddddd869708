import { describe, expect, it } from "vitest";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";

const start = { definition: "scripted", input: {} };

const fails = () => {
  throw new Error("a broken observer");
};

describe("an observer of the embedded engine", () => {
  it("harms no saga and no other observer by what it throws, which is reported once for each member", async () => {
    const defects: unknown[] = [];
    const events: string[] = [];
    const broken = { happened: fails, attemptBegan: fails, traceOf: fails, attemptEnded: fails, startRefused: fails };
    const { engine, clock } = setUp({
      options: {
        observers: [broken, { happened: (_found, { type }) => events.push(type) }],
        onDefect: (error) => defects.push(error),
      },
    });
    const { id } = await engine.start(start);
    expect((await driveToRest(engine, clock, id))?.phase.name).toBe("completed");
    await expect(engine.start({ ...start, definition: "other" })).rejects.toThrow('There is no definition "other".');
    expect(events.filter((type) => type === "answered")).toHaveLength(4);
    expect(defects).toHaveLength(5);
  });

  it("is told of every saga that an earlier process left open, those that need a human included", async () => {
    const journal = new MemoryJournal();
    const { engine, clock, controller } = setUp({ journal, faults: { "mail/run": ["rejected"] } });
    const needsHuman = await engine.start(start);
    await driveToRest(engine, clock, needsHuman.id);
    const ended = await engine.start(start);
    await driveToRest(engine, clock, ended.id);
    const read: string[] = [];
    const next = engineOn(
      { controller, journal, clock },
      { observers: [{ read: ({ saga }) => read.push(`${saga.id} ${saga.phase.name}`) }] },
    );
    await next.resume();
    await driveToRest(next, clock, needsHuman.id);
    expect(read).toEqual([`${needsHuman.id} needs-intervention`]);
  });

  it("learns when a repetition was due, although its saga goes on later", async () => {
    const dues: number[] = [];
    const { engine, clock } = setUp({
      faults: { "order/run": ["unavailable"] },
      policy: { backoffMsBase: 1_000 },
      options: { observers: [{ attemptBegan: ({ dueAt, beganAt }) => dues.push(beganAt - dueAt) }] },
    });
    const { id, accepted } = await engine.start(start);
    await accepted;
    await settleMicrotasks();
    const due = (await engine.get(id))?.saga.steps[0]?.nextAttemptAt ?? Number.NaN;
    clock.jumpBy(due - clock.now() + 7);
    await driveToRest(engine, clock, id);
    expect(dues[1]).toBe(7);
  });
});
