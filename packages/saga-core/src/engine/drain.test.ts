import { describe, expect, it } from "vitest";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp, steps } from "../testing/engine-set-up.ts";
import { SlowJournal } from "../testing/faulty-journals.ts";
import type { StepScript } from "../testing/scripted-saga.ts";
import { statusOf } from "../transition/view.ts";

describe("a drain", () => {
  it("accepts no new saga and lets running sagas end", async () => {
    const { engine, clock, world } = setUp({ faults: { "stock/run": ["unavailable"] } });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    const drained = engine.drain(60_000);
    await expect(engine.start({ definition: "scripted", input: {} })).rejects.toMatchObject({ refusal: "draining" });
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
    await drained;
    expect(world.standing).toHaveLength(4);
  });

  it("sends no call that still waits for the disk after the grace, and counts no attempt for it", async () => {
    const slow = new SlowJournal();
    const { engine, clock, controller, world } = setUp({ policy: { attemptsMax: 1 }, journal: slow });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    const drained = engine.drain(1);
    clock.advanceBy(1);
    await settleMicrotasks();
    slow.release();
    await drained;
    expect(world.calls).toEqual([]);
    expect((await engine.get(id))?.saga.steps[0]).toMatchObject({ status: "running", attempts: 0, calling: false });
    const restarted = engineOn({ controller, journal: slow.crash(), clock });
    await restarted.resume();
    expect(await driveToRest(restarted, clock, id)).toMatchObject({ phase: { name: "completed" } });
  });

  it("parks sagas that do not end in time, with unkeyed steps too, and the next start resumes them", async () => {
    const unkeyed: StepScript[] = steps.map((step) => ({ ...step, keyed: false }));
    const { engine, clock, journal, controller, world } = setUp({
      steps: unkeyed,
      faults: { "stock/run": ["unavailable", "unavailable"] },
    });
    const { id, untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    await settleMicrotasks();
    const drained = engine.drain(10);
    clock.advanceBy(10);
    await drained;
    expect(statusOf(await rest)).toBe("running");
    const restarted = engineOn({ controller, journal: journal.crash(), clock });
    expect(await restarted.resume()).toBe(1);
    expect(await driveToRest(restarted, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(world.effects).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
  });
});
