import { describe, expect, it } from "vitest";
import type { StartedSaga } from "../ports/engine.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import { SlowJournal } from "../testing/faulty-journals.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import type { Fault } from "../testing/scripted-saga.ts";
import { statusOf } from "../transition/view.ts";

const start = { definition: "scripted", input: {} };
const patient = { deadlineMs: 3_600_000, attemptsMax: 1_000 };
const gateLimits = { callsInFlightMax: 2, failuresMax: 3, openMsBase: 10_000, openMsMax: 10_000 };

const dead = (times: number): readonly Fault[] => Array.from({ length: times }, () => "unavailable");

describe("a saga that waits for long", () => {
  it("takes no room in memory, and goes on when its time has come", async () => {
    const { engine, clock } = setUp({
      faults: { "order/run": ["busy", "busy"] },
      policy: patient,
      options: { sagasInFlightMax: 1 },
    });
    const first = await engine.start(start);
    await settleMicrotasks();
    const second = await engine.start(start);
    await settleMicrotasks();
    const told: string[] = [];
    const tell = async ({ id, rest }: StartedSaga) => void told.push(`${id} ${statusOf(await rest)}`);
    const telling = Promise.all([first, second].map(tell));
    expect(await driveToRest(engine, clock, first.id)).toMatchObject({ phase: { name: "completed" } });
    await telling;
    expect(told).toEqual([`${first.id} completed`, `${second.id} completed`]);
  });

  it("is shown, found by its key, cancelled and retried as if it were there", async () => {
    const faults = { "order/run": ["busy", "busy", "busy"] } as const;
    const { engine, clock, world } = setUp({ faults, policy: patient });
    const keyed = { ...start, idempotencyKey: "k" };
    const { id } = await engine.start(keyed);
    await settleMicrotasks();
    expect((await engine.get(id))?.saga.steps[0]).toMatchObject({ attempts: 1, nextAttemptAt: expect.any(Number) });
    const again = await engine.start(keyed);
    expect(again.id).toBe(id);
    await engine.retry(id);
    await settleMicrotasks();
    expect(world.calls).toEqual(["order/run", "order/run"]);
    await engine.cancel(id);
    expect(statusOf(await again.rest)).toBe("cancelled");
    expect(clock.isWaiting).toBe(false);
  });

  it("tells whoever waits where it stands, when the engine stops", async () => {
    const { engine } = setUp({ faults: { "order/run": ["busy"] }, policy: patient });
    const { rest } = await engine.start(start);
    await settleMicrotasks();
    await engine.drain(0);
    expect(statusOf(await rest)).toBe("running");
  });
});

describe("sagas whose participant is dead", () => {
  it("wait without calling it, and end when it is there again, not more at once than it may be burdened with", async () => {
    const { engine, clock, world } = setUp({
      faults: { "pay/run": dead(6) },
      policy: patient,
      options: { gateLimits, sagasInFlightMax: 4 },
    });
    const started: StartedSaga[] = [];
    for (let saga = 0; saga < 40; saga += 1) {
      started.push(await engine.start(start));
      await settleMicrotasks();
      // Those that met it before it was taken for dead try again soon.
      clock.advanceBy(100);
      await settleMicrotasks();
    }
    expect(world.calls.filter((call) => call === "pay/run")).toHaveLength(3);
    expect(engine.participants()).toContainEqual(expect.objectContaining({ participant: "pay", circuit: "open", waiting: 40 }));
    while (clock.isWaiting) {
      clock.advance();
      // They are read back one after the other.
      for (let turn = 0; turn < 40; turn += 1) await settleMicrotasks();
    }
    for (const { rest } of started) expect(statusOf(await rest)).toBe("completed");
    // Three before it opened, three that tried it in vain, and then each saga its own.
    expect(world.calls.filter((call) => call === "pay/run")).toHaveLength(46);
    expect(world.effects.filter((effect) => effect === "pay/run")).toHaveLength(40);
    expect(engine.participants()).toContainEqual(expect.objectContaining({ participant: "pay", circuit: "closed", waiting: 0 }));
  });

  it("turn back at their deadline all the same, and undo what was done elsewhere", async () => {
    const { engine, clock, world } = setUp({
      faults: { "pay/run": dead(10_000) },
      policy: { ...patient, deadlineMs: 5_000 },
      options: { gateLimits: { ...gateLimits, openMsBase: 60_000, openMsMax: 60_000 } },
    });
    const started: StartedSaga[] = [];
    for (let saga = 0; saga < 5; saga += 1) started.push(await engine.start(start));
    for (const { id } of started) {
      expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "cancelled", turn: { cause: "deadline" } } });
    }
    expect(world.standing).toEqual([]);
  });

  it("are left to a human when giving up is due, although nothing was tried", async () => {
    const { engine, clock } = setUp({
      faults: { "mail/run": dead(10_000) },
      policy: { ...patient, giveUpMs: 3_600_000 },
      options: { gateLimits: { ...gateLimits, openMsBase: 36_000_000, openMsMax: 36_000_000 } },
    });
    const { id } = await engine.start(start);
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "needs-intervention", reason: "gave-up" } });
  });

  it("are tried at once where an operator wants it", async () => {
    const { engine, world } = setUp({ faults: { "order/run": dead(3) }, policy: patient, options: { gateLimits } });
    const ids: string[] = [];
    for (let saga = 0; saga < 4; saga += 1) {
      ids.push((await engine.start(start)).id);
      await settleMicrotasks();
    }
    expect(world.calls).toHaveLength(3);
    await engine.retry(ids[3] ?? "");
    await settleMicrotasks();
    expect(world.effects).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
  });

  it("of an engine that was killed meanwhile end after the next start", async () => {
    const journal = new MemoryJournal();
    const parts = setUp({ journal, faults: { "pay/run": dead(4) }, policy: patient, options: { gateLimits } });
    for (let saga = 0; saga < 9; saga += 1) await parts.engine.start(start);
    await settleMicrotasks();
    await journal.durable();
    const { controller, clock, world } = parts;
    const engine = engineOn({ controller, journal: journal.crash(), clock }, { gateLimits });
    expect(await engine.resume()).toBe(9);
    for (let saga = 1; saga <= 9; saga += 1) {
      expect(await driveToRest(engine, clock, `saga-000${saga}`)).toMatchObject({ phase: { name: "completed" } });
    }
    expect(world.effects.filter((effect) => effect === "pay/run")).toHaveLength(9);
  });
});

describe("a resumption", () => {
  it("takes up the oldest sagas first, a bounded number at a time, beside new ones", async () => {
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
    await settleMicrotasks();
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
