import { describe, expect, it } from "vitest";
import { OperationRefused, StartRefused } from "../ports/engine.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";

const start = { definition: "scripted", input: {} };

describe("a paused definition", () => {
  it("starts no saga until its pause ends, even after a restart", async () => {
    const { engine, journal, clock, controller, world } = setUp();
    await engine.pause("scripted", { by: "ada", note: "the store is being moved" });
    expect(await engine.pauses()).toEqual([
      { definition: "scripted", at: clock.now(), by: "ada", note: "the store is being moved" },
    ]);
    const refused = await engine.start(start).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StartRefused);
    expect(refused).toMatchObject({ refusal: "paused" });
    const restarted = engineOn({ controller, journal: journal.crash(), clock });
    await restarted.resume();
    await expect(restarted.start(start)).rejects.toThrow("is paused");
    expect(world.calls).toEqual([]);
    await restarted.endPause("scripted");
    expect(await restarted.pauses()).toEqual([]);
    const { id } = await restarted.start(start);
    expect(await driveToRest(restarted, clock, id)).toMatchObject({ phase: { name: "completed" } });
  });

  it("lets running sagas go on, and gives a repeated start its saga", async () => {
    const { engine, clock } = setUp({ faults: { "stock/run": ["unavailable"] } });
    const { id } = await engine.start({ ...start, idempotencyKey: "k" });
    await settleMicrotasks();
    await engine.pause("scripted");
    expect((await engine.start({ ...start, idempotencyKey: "k" })).id).toBe(id);
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
  });

  it("stays paused if the record of its pause is damaged", async () => {
    const { engine, journal } = setUp({ journal: new MemoryJournal([], [{ definition: "scripted", at: 5, damaged: true }]) });
    await engine.resume();
    await expect(engine.start(start)).rejects.toThrow("is paused");
    expect(await engine.pauses()).toEqual([{ definition: "scripted", at: 5, note: expect.stringContaining("damaged") }]);
    expect(await journal.pauses()).toEqual(await engine.pauses());
  });

  it("may be any, if a damaged pause names none: all are paused until an operator ends each", async () => {
    const { controller, journal, clock } = setUp({
      journal: new MemoryJournal([], [{ definition: "s#ripted", at: 5, damaged: true }]),
    });
    const engine = engineOn({ controller, journal, clock });
    await engine.resume();
    expect(await engine.pauses()).toEqual([{ definition: "scripted", at: 5, note: expect.stringContaining('"s#ripted"') }]);
    await engine.endPause("scripted");
    const restarted = engineOn({ controller, journal: journal.crash(), clock });
    await restarted.resume();
    expect(await restarted.pauses()).toEqual([]);
  });

  it("must be registered", async () => {
    const { engine } = setUp();
    await expect(engine.pause("nothing")).rejects.toBeInstanceOf(OperationRefused);
    await expect(engine.endPause("nothing")).rejects.toBeInstanceOf(OperationRefused);
  });
});
