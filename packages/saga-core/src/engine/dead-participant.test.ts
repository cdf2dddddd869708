import { describe, expect, it, vi } from "vitest";
import type { StartedSaga } from "../ports/engine.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp, steps } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import type { Fault } from "../testing/scripted-world.ts";
import { statusOf } from "../transition/view.ts";

const start = { definition: "scripted", input: {} };
const patient = { deadlineMs: 3_600_000, attemptsMax: 1_000 };
const gateLimits = { callsInFlightMax: 2, failuresMax: 3, openMsBase: 10_000, openMsMax: 10_000 };
const dead = (times: number): readonly Fault[] => Array.from({ length: times }, () => "unavailable");

describe("sagas whose participant is dead", () => {
  it("call it once each, then wait for it, and end once it answers again, within its limit of concurrent calls", async () => {
    const { engine, clock, world } = setUp({
      faults: { "pay/run": dead(45) },
      policy: patient,
      options: { gateLimits, sagasInFlightMax: 4 },
    });
    const started: StartedSaga[] = [];
    for (let saga = 0; saga < 40; saga += 1) {
      started.push(await engine.start(start));
      await settleMicrotasks();
      // Sagas that called it before the circuit opened repeat their call soon.
      clock.advanceBy(100);
      await settleMicrotasks();
    }
    // The first two made three more calls while the circuit was closed.
    expect(world.calls.filter((call) => call === "pay/run")).toHaveLength(43);
    expect(engine.participants()).toContainEqual(expect.objectContaining({ participant: "pay", circuit: "open", waiting: 40 }));
    while (clock.isWaiting) {
      clock.advance();
      // They are read back one after the other.
      for (let turn = 0; turn < 40; turn += 1) await settleMicrotasks();
    }
    for (const { untilRest } of started) expect(statusOf(await untilRest())).toBe("completed");
    // Two tried it in vain, one at a time, and then each saga made its own.
    expect(world.calls.filter((call) => call === "pay/run")).toHaveLength(85);
    expect(world.effects.filter((effect) => effect === "pay/run")).toHaveLength(40);
    expect(engine.participants()).toContainEqual(expect.objectContaining({ participant: "pay", circuit: "closed", waiting: 0 }));
  });

  it("turn back at their deadline, and undo the steps at other participants", async () => {
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

  it("need a human at the time of giving up, although no call was made", async () => {
    const { engine, clock } = setUp({
      faults: { "mail/run": dead(10_000) },
      policy: { ...patient, giveUpMs: 3_600_000 },
      options: { gateLimits: { ...gateLimits, failuresMax: 1, openMsBase: 36_000_000, openMsMax: 36_000_000 } },
    });
    const { id } = await engine.start(start);
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "needs-intervention", reason: "gave-up" } });
  });

  it("make their call at once on a retry", async () => {
    const { engine, clock, world } = setUp({ faults: { "order/run": dead(3) }, policy: patient, options: { gateLimits } });
    const ids: string[] = [];
    for (let saga = 0; saga < 3; saga += 1) ids.push((await engine.start(start)).id);
    await settleMicrotasks();
    clock.advanceBy(100);
    await settleMicrotasks();
    expect((await engine.get(ids[2] ?? ""))?.saga).toMatchObject({ isParked: true });
    expect(world.calls).toHaveLength(3);
    await engine.retry(ids[2] ?? "");
    await settleMicrotasks();
    expect(world.effects).toContain("order/run");
    expect(engine.participants()).toContainEqual(expect.objectContaining({ participant: "order", circuit: "closed" }));
  });

  it("end after the next start if their engine was killed meanwhile", async () => {
    const journal = new MemoryJournal();
    const parts = setUp({ journal, faults: { "pay/run": dead(14) }, policy: patient, options: { gateLimits } });
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

describe("a saga that is parked for a dead participant", () => {
  const parkedAt = async (step: string) => {
    const parts = setUp({ faults: { [`${step}/run`]: dead(1_000) }, policy: patient, options: { gateLimits } });
    const ids: string[] = [];
    for (let saga = 0; saga < 5; saga += 1) {
      ids.push((await parts.engine.start(start)).id);
      await settleMicrotasks();
      parts.clock.advanceBy(100);
      await settleMicrotasks();
    }
    const id = ids.at(-1) ?? "";
    expect((await parts.engine.get(id))?.saga).toMatchObject({ isParked: true });
    return { ...parts, id };
  };

  it.for(["stock", "pay"])("is cancelled at once, because nothing was sent: %s", async (step) => {
    const { engine, world, id } = await parkedAt(step);
    const before = world.calls.filter((call) => call.startsWith(step)).length;
    await engine.cancel(id);
    await settleMicrotasks();
    expect((await engine.get(id))?.saga.phase.name).toBe("cancelled");
    expect(world.calls.filter((call) => call.startsWith(step))).toHaveLength(before);
  });

  it("writes nothing while it waits with a repeatable rollback, even after its key is forgotten", async () => {
    const { engine, clock, journal } = setUp({
      steps: [
        {
          step: "order",
          kind: "compensatable",
          rollbackIsRepeatable: true,
          keyRetentionMs: 600_000,
          arrivesWithinMs: 1_000,
          callTimeoutMs: 500,
        },
        { step: "pay", kind: "pivot" },
      ],
      faults: { "pay/run": ["rejected"], "order/rollback": Array.from({ length: 1_000 }, () => "request-lost" as const) },
      policy: patient,
      options: { gateLimits: { ...gateLimits, openMsBase: 3_000_000, openMsMax: 3_000_000 } },
    });
    await engine.start(start);
    for (let turn = 0; turn < 10; turn += 1) {
      await settleMicrotasks();
      clock.advanceBy(2_000);
    }
    clock.advanceBy(700_000);
    await settleMicrotasks();
    await journal.durable();
    const before = journal.durableRecords.length;
    for (let turn = 0; turn < 50; turn += 1) {
      clock.advanceBy(1);
      await settleMicrotasks();
    }
    await journal.durable();
    expect(journal.durableRecords.length).toBe(before);
  });

  it("needs no human after a crash if its unkeyed participant had no room, because nothing was sent", async () => {
    const unkeyed = steps.map((step) => ({ ...step, keyed: false }));
    const journal = new MemoryJournal();
    const options = { gateLimits: { ...gateLimits, callsInFlightMax: 1 } };
    const { engine, controller, clock } = setUp({ journal, steps: unkeyed, policy: patient, options });
    const hanging = new Promise<never>(() => undefined);
    const [first] = controller.handlers;
    if (!first || first.how === "wait") throw new Error("there is one that calls");
    const held = vi.spyOn(first, "run").mockReturnValue(hanging);
    for (let saga = 0; saga < 3; saga += 1) await engine.start(start);
    await settleMicrotasks();
    await journal.durable();
    held.mockRestore();
    const restarted = engineOn({ controller, journal: journal.crash(), clock }, options);
    await restarted.resume();
    const statuses: string[] = [];
    for (const id of ["saga-0001", "saga-0002", "saga-0003"]) {
      const saga = await driveToRest(restarted, clock, id);
      statuses.push(saga ? statusOf(saga) : "gone");
    }
    // The first one was under way.
    expect(statuses).toEqual(["needs_intervention", "completed", "completed"]);
  });
});

describe("an operator's retry of a saga that sleeps", () => {
  it("makes the call at once, even while the circuit is open", async () => {
    const faults = { "order/run": ["busy", "unavailable", "unavailable"] } as const;
    const { engine, world } = setUp({ faults, policy: patient, options: { gateLimits } });
    const { id } = await engine.start(start);
    for (let saga = 0; saga < 2; saga += 1) await engine.start(start);
    await settleMicrotasks();
    expect(engine.participants()).toContainEqual(expect.objectContaining({ participant: "order", circuit: "open" }));
    await engine.retry(id);
    await settleMicrotasks();
    expect(world.effects).toContain("order/run");
  });
});
