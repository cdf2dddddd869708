import { describe, expect, it } from "vitest";
import { JournalError } from "../ports/journal.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp, steps } from "../testing/engine-set-up.ts";
import { FullJournal, SlowJournal } from "../testing/faulty-journals.ts";
import type { StepScript } from "../testing/scripted-saga.ts";
import { statusOf } from "../transition/view.ts";

const unkeyed: readonly StepScript[] = steps.map((step) => ({ ...step, keyed: false }));

/** The deadline of each call. */
const CALL_MS = 30_000;

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

  it("begins no call that could not end within the grace, counts no attempt for it, and the next start makes it", async () => {
    // Others could: the saga is not halted, only this call is not begun.
    const mixed = unkeyed.map((step) => (step.step === "pay" ? step : { ...step, callTimeoutMs: 2_000 }));
    const { engine, clock, controller, journal, world } = setUp({ steps: mixed });
    const release = world.hold("stock/run");
    const { id } = await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    const drained = engine.drain(CALL_MS + 1_000);
    clock.advanceBy(1_001);
    release();
    expect(await drained).toEqual({ callsCut: 0, unfinished: 1 });
    expect(world.calls).toEqual(["order/run", "stock/run"]);
    expect((await engine.get(id))?.saga.steps[2]).toMatchObject({ status: "running", attempts: 0, calling: false });
    const restarted = engineOn({ controller, journal: journal.crash(), clock });
    await restarted.resume();
    expect(await driveToRest(restarted, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(world.effects).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
  });

  it("makes the calls that can end within the grace", async () => {
    const brief = steps.map((step) => ({ ...step, callTimeoutMs: 1_000 }));
    const { engine, clock, world } = setUp({ steps: brief });
    const release = world.hold("order/run");
    await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    const drained = engine.drain(3_000);
    clock.advanceBy(999);
    release();
    expect(await drained).toEqual({ callsCut: 0, unfinished: 0 });
    expect(world.effects).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
  });

  it("does not wait for sagas whose next call could not end within the grace", async () => {
    // It waits in memory for 2 s.
    const policy = { backoffMsBase: 4_000, backoffMsMax: 4_000, deadlineMs: 3_600_000 };
    const { engine, clock } = setUp({ faults: { "stock/run": ["unavailable"] }, policy });
    await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    const drained = engine.drain(CALL_MS);
    clock.advanceBy(0);
    expect(await drained).toEqual({ callsCut: 0, unfinished: 1 });
    expect(clock.isWaiting).toBe(false);
  });

  it.for([
    { keyed: true, ends: "completed" },
    { keyed: false, ends: "needs-intervention" },
  ])("cuts the calls that are under way at its end, and they are in doubt at the next start: %o", async ({ keyed, ends }) => {
    const { engine, clock, controller, journal, world } = setUp({ steps: keyed ? steps : unkeyed });
    const release = world.hold("stock/run");
    const { id, untilRest } = await engine.start({ definition: "scripted", input: {} });
    const rest = untilRest();
    await settleMicrotasks();
    const drained = engine.drain(1_000);
    clock.advanceBy(1_000);
    expect(await drained).toEqual({ callsCut: 1, unfinished: 1 });
    expect(statusOf(await rest)).toBe("running");
    expect(world.arrivedAttempts[1]?.signal.aborted).toBe(true);
    expect(clock.isWaiting).toBe(false);
    release();
    await settleMicrotasks();
    const restarted = engineOn({ controller, journal: journal.crash(), clock });
    await restarted.resume();
    expect(await driveToRest(restarted, clock, id)).toMatchObject({ phase: { name: ends } });
  });

  it("says what it leaves also where the journal does not hold everything", async () => {
    const journal = new FullJournal(1_000);
    const { engine, clock, world } = setUp({ journal });
    world.hold("stock/run");
    await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    journal.failure = new JournalError("disk full.");
    const drained = engine.drain(0);
    drained.catch(() => undefined);
    clock.advanceBy(0);
    await settleMicrotasks();
    clock.advance();
    await expect(drained).rejects.toMatchObject({
      drained: { callsCut: 1 },
      message: expect.stringMatching(/^disk full\. .*lost/),
    });
  });

  it("parks sagas that do not end in time, with unkeyed steps too, and the next start resumes them", async () => {
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
