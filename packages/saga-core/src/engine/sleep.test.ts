import { describe, expect, it, vi } from "vitest";
import { done } from "../definition/outcome.ts";
import { type StartedSaga, UnreadableSaga } from "../ports/engine.ts";
import { JournalError } from "../ports/journal.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp, steps } from "../testing/engine-set-up.ts";
import { FullJournal, SlowJournal } from "../testing/faulty-journals.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import type { Fault } from "../testing/scripted-saga.ts";
import type { SimulatedClock } from "../testing/simulated-clock.ts";
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
    const tell = async ({ id, untilRest }: StartedSaga) => void told.push(`${id} ${statusOf(await untilRest())}`);
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
    expect(statusOf(await again.untilRest())).toBe("cancelled");
    expect(clock.isWaiting).toBe(false);
  });

  it("tells whoever waits where it stands, when the engine stops", async () => {
    const { engine } = setUp({ faults: { "order/run": ["busy"] }, policy: patient });
    const { untilRest } = await engine.start(start);
    const rest = untilRest();
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
    for (const { untilRest } of started) expect(statusOf(await untilRest())).toBe("completed");
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

describe("a journal that cannot be read for a moment", () => {
  /** Reading fails so many times. */
  class FlakyJournal extends MemoryJournal {
    fails = 0;

    override async load(id: string): Promise<readonly unknown[] | undefined> {
      this.fails -= 1;
      if (this.fails >= 0) throw new JournalError("it cannot be read");
      return await super.load(id);
    }
  }

  const passTime = async (clock: SimulatedClock) => {
    for (let turn = 0; turn < 80; turn += 1) {
      clock.advanceBy(50_000);
      await settleMicrotasks();
    }
  };

  it("holds up a resumption, and ends none", async () => {
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

  it("holds up a saga whose time has come, or whose participant is there again", async () => {
    const journal = new FlakyJournal();
    const options = { gateLimits, onDefect: () => undefined };
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

describe("many sagas whose time comes at once", () => {
  it("are read back a bounded number at a time, and all go on", async () => {
    const faults = { "order/run": Array.from({ length: 20 }, () => "busy" as const) };
    const journal = new HoldingJournal();
    const { engine, clock } = setUp({ journal, faults, policy: patient, options: { sagasInFlightMax: 3 } });
    const started: StartedSaga[] = [];
    for (let saga = 0; saga < 20; saga += 1) {
      started.push(await engine.start(start));
      await settleMicrotasks();
    }
    let woken = 0;
    engine.subscribe((_found, { type }) => {
      if (type === "woken") woken += 1;
    });
    journal.isHeld = true;
    clock.jumpBy(70_000);
    clock.advanceBy(1);
    await settleMicrotasks();
    expect(woken).toBe(3);
    journal.letGo();
    for (const { id } of started) expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(woken).toBe(20);
  });

  /** Whoever waits for the disk waits until it is let go. */
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

  it.for(["stock", "pay"])("is cancelled at once when somebody wants it, because nothing was sent: %s", async (step) => {
    const { engine, world, id } = await parkedAt(step);
    const before = world.calls.filter((call) => call.startsWith(step)).length;
    await engine.cancel(id);
    await settleMicrotasks();
    expect((await engine.get(id))?.saga.phase.name).toBe("cancelled");
    expect(world.calls.filter((call) => call.startsWith(step))).toHaveLength(before);
  });

  it("whose rollback may be repeated for ever writes nothing while it waits, also when its key is forgotten", async () => {
    const { engine, clock, journal } = setUp({
      steps: [
        { step: "order", kind: "compensatable", rollbackIsRepeatable: true, keyRetentionMs: 600_000, arrivesWithinMs: 1_000 },
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

  it("was sent nothing when its participant keeps no keys and had no room: after a crash nobody is asked", async () => {
    const unkeyed = steps.map((step) => ({ ...step, keyed: false }));
    const journal = new MemoryJournal();
    const options = { gateLimits: { ...gateLimits, callsInFlightMax: 1 } };
    const { engine, controller, clock } = setUp({ journal, steps: unkeyed, policy: patient, options });
    const hanging = new Promise<never>(() => undefined);
    const held = vi.spyOn(controller.handlers[0] ?? { run: async () => done() }, "run").mockReturnValue(hanging);
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

describe("an operator's retry", () => {
  it("of a saga that sleeps is tried at once, whatever the circuit", async () => {
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

describe("whoever waits for the rest of a saga", () => {
  it("that sleeps learns where it stands, also when they ask after the engine stopped", async () => {
    const { engine } = setUp({ faults: { "order/run": ["busy"] }, policy: patient });
    const keyed = { ...start, idempotencyKey: "k" };
    await engine.start(keyed);
    await settleMicrotasks();
    await engine.drain(0);
    expect(statusOf(await (await engine.start(keyed)).untilRest())).toBe("running");
  });

  it("is told that it cannot be read", async () => {
    const journal = new MemoryJournal();
    const options = { onDefect: () => undefined };
    const { engine, clock } = setUp({ journal, faults: { "order/run": ["busy"] }, policy: patient, options });
    const { id, untilRest } = await engine.start(start);
    const rest = untilRest();
    await settleMicrotasks();
    vi.spyOn(journal, "load").mockResolvedValue(["damaged"]);
    clock.advanceBy(70_000);
    await expect(rest).rejects.toThrow(UnreadableSaga);
    expect([...engine.unreadable()]).toEqual([id]);
  });

  it("is told of the defect that stopped it, whenever they ask", async () => {
    let isBroken = true;
    const random = () => {
      if (isBroken) throw new Error("no dice");
      return 0.5;
    };
    const { engine } = setUp({ options: { random, onDefect: () => undefined } });
    const keyed = { ...start, idempotencyKey: "k" };
    await engine.start(keyed);
    await settleMicrotasks();
    isBroken = false;
    await expect((await engine.start(keyed)).untilRest()).rejects.toThrow("no dice");
    await expect(engine.retry("saga-0001")).rejects.toThrow("no dice");
  });

  it("that could not be read when the engine stopped, because nothing could be written, learns where it stands", async () => {
    const journal = new FullJournal(1_000);
    const { engine, clock } = setUp({ journal, faults: { "order/run": ["busy"] }, policy: patient });
    const { untilRest } = await engine.start(start);
    const rest = untilRest();
    await settleMicrotasks();
    journal.failure = new JournalError("disk full");
    const drained = engine.drain(0);
    drained.catch(() => undefined);
    for (let turn = 0; turn < 5; turn += 1) {
      await settleMicrotasks();
      clock.advance();
    }
    await expect(drained).rejects.toThrow("disk full");
    expect(statusOf(await rest)).toBe("running");
    expect(clock.isWaiting).toBe(false);
  });
});

describe("while nothing can be written", () => {
  it("nothing is sent, also not for those that queue at a participant", async () => {
    const journal = new FullJournal(1_000);
    const { engine, world, controller } = setUp({ journal, options: { gateLimits: { ...gateLimits, callsInFlightMax: 1 } } });
    const answer = Promise.withResolvers<void>();
    const [handler] = controller.handlers;
    if (!handler) throw new Error("there is one");
    const run = handler.run.bind(handler);
    vi.spyOn(handler, "run").mockImplementation(async (data, attempt) => {
      await answer.promise;
      return await run(data, attempt);
    });
    for (let saga = 0; saga < 2; saga += 1) await engine.start(start);
    await settleMicrotasks();
    journal.failure = new JournalError("disk full");
    answer.resolve();
    await settleMicrotasks();
    expect(world.calls).toEqual(["order/run"]);
    journal.makeRoom();
    await settleMicrotasks();
    expect(world.calls.filter((call) => call === "order/run")).toHaveLength(2);
  });
});
