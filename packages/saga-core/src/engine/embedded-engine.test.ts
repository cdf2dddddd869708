import { describe, expect, it } from "vitest";
import type { Policy } from "../definition/policy.ts";
import { StartRefused, UnreadableSaga } from "../ports/engine.ts";
import type { JournalRecord } from "../ports/journal.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { BUSY_RETRY_AFTER_MS, type Fault, ScriptedController, ScriptedWorld, type StepScript } from "../testing/scripted-saga.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { StoppingJournal } from "../testing/stopping-journal.ts";
import { fold } from "../transition/transition.ts";
import { rolledBack, stateOf, statusOf } from "../transition/view.ts";
import { EmbeddedEngine, type EmbeddedEngineOptions } from "./embedded-engine.ts";

const steps: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "stock", kind: "compensatable" },
  { step: "pay", kind: "pivot" },
  { step: "mail", kind: "retriable" },
];

type Faults = Readonly<Record<string, readonly Fault[]>>;

interface Setup {
  readonly steps?: readonly StepScript[];
  readonly faults?: Faults;
  readonly policy?: Partial<Policy>;
  readonly journal?: MemoryJournal;
  readonly options?: Partial<EmbeddedEngineOptions>;
}

function setUp(setup: Setup = {}) {
  const world = new ScriptedWorld(setup.faults);
  const clock = new SimulatedClock();
  const journal = setup.journal ?? new MemoryJournal();
  const controller = new ScriptedController(setup.steps ?? steps, world, setup.policy);
  return { world, clock, journal, controller, engine: engineOn({ controller, journal, clock }, setup.options) };
}

type Parts = { readonly controller: ScriptedController; readonly journal: MemoryJournal; readonly clock: SimulatedClock };

function engineOn({ controller, journal, clock }: Parts, options: Partial<EmbeddedEngineOptions> = {}): EmbeddedEngine {
  let ids = 0;
  return new EmbeddedEngine({
    controllers: [controller],
    journal,
    clock,
    random: () => 0.5,
    newId: () => {
      ids += 1;
      return `saga-${String(ids).padStart(4, "0")}`;
    },
    sagasInFlightMax: 100,
    onDefect: (error) => {
      throw error;
    },
    ...options,
  });
}

async function runToRest(setup: Setup) {
  const parts = setUp(setup);
  const { id } = await parts.engine.start({ definition: "scripted", input: {} });
  const saga = await driveToRest(parts.engine, parts.clock, id);
  if (!saga) throw new Error("the saga is gone");
  return { ...parts, saga, state: stateOf(parts.controller, saga), status: statusOf(saga) };
}

describe("the embedded engine", () => {
  it("completes a saga whose steps are all done", async () => {
    const { status, state, world } = await runToRest({});
    expect([status, state]).toEqual(["completed", "COMPLETED"]);
    expect(world.effects).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
  });

  it("undoes in reverse what was done before a refusal", async () => {
    const { status, saga, world } = await runToRest({ faults: { "pay/run": ["rejected"] } });
    expect(status).toBe("cancelled");
    expect(rolledBack(saga)).toEqual(["stock", "order"]);
    expect(world.effects).toEqual(["order/run", "stock/run", "stock/rollback", "order/rollback"]);
  });

  it("undoes nothing when the first step is refused", async () => {
    const { status, world } = await runToRest({ faults: { "order/run": ["rejected"] } });
    expect([status, world.effects]).toEqual(["cancelled", []]);
  });

  it("tries a step again that was unavailable", async () => {
    const { status, saga, world } = await runToRest({ faults: { "stock/run": ["unavailable", "unavailable"] } });
    expect(status).toBe("completed");
    expect(saga.steps[1]?.attempts).toBe(3);
    expect(world.calls.filter((call) => call === "stock/run")).toHaveLength(3);
  });

  it("compensates when a step stays unavailable for all its attempts, and says which", async () => {
    const { saga, world } = await runToRest({
      policy: { attemptsMax: 3 },
      faults: { "pay/run": ["unavailable", "unavailable", "unavailable", "unavailable"] },
    });
    expect(saga.phase).toMatchObject({ name: "cancelled", turn: { cause: "unavailable", step: "pay" } });
    expect(saga.steps[2]).toMatchObject({ status: "skipped", attempts: 3 });
    expect(world.standing).toEqual([]);
  });

  it("settles an unknown outcome by repeating the same call under the same key", async () => {
    const { status, world } = await runToRest({ faults: { "order/run": ["reply-lost", "request-lost", "unavailable"] } });
    expect(status).toBe("completed");
    expect(world.effects.filter((effect) => effect === "order/run")).toHaveLength(1);
    expect(world.calls.filter((call) => call === "order/run")).toHaveLength(4);
  });

  it("takes no unavailable for the answer to an earlier unknown", async () => {
    const { status, world } = await runToRest({
      policy: { attemptsMax: 2 },
      faults: { "pay/run": ["reply-lost", "unavailable", "unavailable", "unavailable"] },
    });
    expect(status).toBe("completed");
    expect(world.standing).toEqual(["order", "stock", "pay", "mail"]);
  });

  it("takes a thrown error for an unknown outcome", async () => {
    const { status, saga } = await runToRest({ faults: { "stock/run": ["thrown"] } });
    expect(status).toBe("completed");
    expect(saga.steps[1]?.attempts).toBe(2);
  });

  it("repeats a rollback until it is done", async () => {
    const { status, world } = await runToRest({
      faults: { "pay/run": ["rejected"], "stock/rollback": ["unavailable", "reply-lost", "thrown", "request-lost"] },
    });
    expect(status).toBe("cancelled");
    expect(world.effects).toEqual(["order/run", "stock/run", "stock/rollback", "order/rollback"]);
  });

  it("settles the call under way at the deadline before anything is undone, and skips the next step", async () => {
    const { saga, world } = await runToRest({
      policy: { deadlineMs: 200 },
      faults: { "order/run": ["reply-lost", "unavailable", "unavailable", "unavailable", "unavailable"] },
    });
    expect(saga.phase).toMatchObject({ name: "cancelled", turn: { cause: "deadline", step: "order" } });
    expect(saga.steps.map(({ status }) => status)).toEqual(["undone", "skipped", "pending", "pending"]);
    expect(world.effects).toEqual(["order/run", "order/rollback"]);
  });

  it("goes forward to its end when the pivot proves done after the deadline", async () => {
    const { status, world } = await runToRest({
      policy: { deadlineMs: 200 },
      faults: { "pay/run": ["reply-lost", "unavailable", "unavailable", "unavailable", "unavailable"] },
    });
    expect(status).toBe("completed");
    expect(world.standing).toEqual(["order", "stock", "pay", "mail"]);
  });

  it("repeats a step after the pivot past the deadline and past all bounds", async () => {
    const { status } = await runToRest({
      policy: { deadlineMs: 100, attemptsMax: 2 },
      faults: { "mail/run": ["unavailable", "unavailable", "request-lost", "unavailable", "reply-lost"] },
    });
    expect(status).toBe("completed");
  });

  it("waits as long as a participant wants, and turns back at once when that is beyond the deadline", async () => {
    const patient = setUp({ faults: { "order/run": ["busy"] }, policy: { deadlineMs: 100_000 } });
    const before = patient.clock.now();
    const { id } = await patient.engine.start({ definition: "scripted", input: {} });
    expect(await driveToRest(patient.engine, patient.clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(patient.clock.now() - before).toBeGreaterThanOrEqual(BUSY_RETRY_AFTER_MS);

    const hasty = setUp({ faults: { "pay/run": ["busy"] }, policy: { deadlineMs: 15_000 } });
    const { id: hastyId } = await hasty.engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    expect((await hasty.engine.get(hastyId))?.saga.phase).toMatchObject({ name: "cancelled", turn: { cause: "unavailable" } });
  });

  describe("asks a human", () => {
    it.for<[string, Setup, string]>([
      ["when a rollback is refused", { faults: { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } }, "refused"],
      ["when a step after the pivot is refused", { faults: { "mail/run": ["rejected"] } }, "refused"],
      ["when a participant says that a key was misused", { faults: { "stock/run": ["defect"] } }, "defect"],
      [
        "when a rollback says that a key was misused",
        { faults: { "pay/run": ["rejected"], "order/rollback": ["defect"] } },
        "defect",
      ],
      [
        "when repeating settles nothing until the time of giving up",
        { policy: { deadlineMs: 1_000, giveUpMs: 5_000 }, faults: { "order/run": Array<Fault>(500).fill("request-lost") } },
        "gave-up",
      ],
      [
        "when repeating a rollback does not bring it about until then",
        {
          policy: { deadlineMs: 1_000, giveUpMs: 5_000 },
          faults: { "pay/run": ["rejected"], "stock/rollback": Array<Fault>(500).fill("unavailable") },
        },
        "gave-up",
      ],
      [
        "when an unkeyed participant leaves an outcome unknown",
        {
          steps: [
            { step: "order", kind: "compensatable", keyed: false },
            { step: "pay", kind: "pivot" },
          ],
          faults: { "order/run": ["reply-lost"] },
        },
        "unknown-unkeyed",
      ],
      [
        "when an unkeyed rollback is unknown",
        {
          steps: [
            { step: "order", kind: "compensatable", keyed: false },
            { step: "pay", kind: "pivot" },
          ],
          faults: { "pay/run": ["rejected"], "order/rollback": ["reply-lost"] },
        },
        "unknown-unkeyed",
      ],
    ])("%s", async ([, setup, reason]) => {
      const { saga, status } = await runToRest(setup);
      expect(status).toBe("needs_intervention");
      expect(saga.phase).toMatchObject({ reason });
      expect(saga.steps.filter(({ nextAttemptAt }) => nextAttemptAt !== undefined)).toEqual([]);
    });

    it("and never sends again to an unkeyed participant on a guess", async () => {
      const { world } = await runToRest({
        steps: [
          { step: "order", kind: "compensatable", keyed: false },
          { step: "pay", kind: "pivot", keyed: false },
        ],
        faults: { "pay/run": ["request-lost"] },
      });
      expect(world.calls).toEqual(["order/run", "pay/run"]);
    });
  });

  it("repeats an unkeyed rollback that is repeatable by its nature", async () => {
    const { status } = await runToRest({
      steps: [
        { step: "order", kind: "compensatable", keyed: false, rollbackIsRepeatable: true },
        { step: "pay", kind: "pivot" },
      ],
      faults: { "pay/run": ["rejected"], "order/rollback": ["request-lost", "thrown"] },
    });
    expect(status).toBe("cancelled");
  });

  it("holds live exactly what a journal folds back", async () => {
    const { engine, saga, journal, controller } = await runToRest({
      faults: { "order/run": ["reply-lost"], "pay/run": ["unavailable", "rejected"], "stock/rollback": ["thrown"] },
    });
    expect(fold(controller, (await engine.history(saga.id)) ?? [])).toEqual(saga);
    expect(journal.durableRecords).toHaveLength(saga.seq);
  });
});

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

/** A disk that is full after so many records. */
class FailingJournal extends MemoryJournal {
  #left: number;

  constructor(left: number) {
    super();
    this.#left = left;
  }

  override append(record: JournalRecord): void {
    this.#left -= 1;
    super.append(record);
  }

  override durable(): Promise<void> {
    return this.#left >= 0 ? super.durable() : Promise.reject(new Error("disk full"));
  }
}

/** A disk that takes its time. */
class SlowJournal extends MemoryJournal {
  readonly #released = Promise.withResolvers<void>();

  release(): void {
    this.#released.resolve();
  }

  override async durable(): Promise<void> {
    await this.#released.promise;
    await super.durable();
  }
}

describe("a listener", () => {
  it("that throws is told as a defect, and the saga goes on", async () => {
    const defects: unknown[] = [];
    const { engine, clock } = setUp({ options: { onDefect: (error) => defects.push(error) } });
    engine.subscribe(() => {
      throw new Error("not my problem");
    });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(defects.length).toBeGreaterThan(0);
  });
});

describe("a start", () => {
  it("refuses an input that does not fit, an unknown definition, and more sagas than may be in flight", async () => {
    const { engine, journal } = setUp({ options: { sagasInFlightMax: 1 }, faults: { "order/run": ["unavailable"] } });
    const refusal = async (definition: string, input: unknown): Promise<unknown> =>
      engine.start({ definition, input }).then(
        () => "started",
        (error: unknown) => (error instanceof StartRefused ? error.refusal : error),
      );
    expect(await refusal("nothing", {})).toBe("unknown-definition");
    expect(await refusal("scripted", [])).toBe("invalid-input");
    expect(await journal.due(Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(await refusal("scripted", {})).toBe("started");
    expect(await refusal("scripted", {})).toBe("overloaded");
  });

  it("with a key makes exactly one saga, also when it is repeated at once, later, or after a restart", async () => {
    const { engine, clock, journal, controller, world } = setUp();
    const request = { definition: "scripted", input: { user: 1 }, idempotencyKey: "k" };
    const [one, other] = await Promise.all([engine.start(request), engine.start(request)]);
    expect(other.id).toBe(one.id);
    await driveToRest(engine, clock, one.id);
    expect((await engine.start(request)).id).toBe(one.id);
    const restarted = engineOn({ controller, journal: journal.crash(), clock });
    expect((await restarted.start(request)).id).toBe(one.id);
    expect(world.calls).toHaveLength(4);
  });

  it("with a key that started another body is refused", async () => {
    const { engine } = setUp();
    await engine.start({ definition: "scripted", input: { user: 1 }, idempotencyKey: "k" });
    const again = engine.start({ definition: "scripted", input: { user: 2 }, idempotencyKey: "k" });
    await expect(again).rejects.toMatchObject({ refusal: "key-reused" });
  });
});

describe("versions of a definition", () => {
  it("start with the newest, and go on with the one that they started with", async () => {
    const world = new ScriptedWorld();
    const clock = new SimulatedClock();
    const journal = new MemoryJournal();
    const [first, second] = [1, 2].map((version) => new ScriptedController(steps, world, {}, version));
    if (!first || !second) throw new Error("there are two");
    const old = engineOn({ controller: first, journal, clock });
    const { id: oldId } = await old.start({ definition: "scripted", input: {} });
    await driveToRest(old, clock, oldId);
    const both = engineOn({ controller: first, journal, clock }, { controllers: [first, second], newId: () => "saga-new" });
    await both.start({ definition: "scripted", input: {} });
    expect((await both.get("saga-new"))?.controller).toBe(second);
    expect((await both.get(oldId))?.controller).toBe(first);
    expect(() => engineOn({ controller: first, journal, clock }, { controllers: [first, first] })).toThrow(
      "version 1 is registered twice",
    );
  });

  it("that are not registered leave their sagas alone, and are told", async () => {
    const defects: unknown[] = [];
    const { controller, journal, clock, engine } = setUp({ faults: { "order/run": ["unavailable"] } });
    await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    const other = new ScriptedController(steps, new ScriptedWorld(), {}, 2);
    const onDefect = (error: unknown) => defects.push(error);
    expect(await engineOn({ controller: other, journal: journal.crash(), clock }, { onDefect }).resume()).toBe(0);
    expect(String(defects[0])).toContain("it runs scripted version 1, which is not registered");
    expect(defects[0]).toBeInstanceOf(UnreadableSaga);
    expect(controller.version).toBe(1);
  });
});

describe("the trace context of a start", () => {
  it("reaches every call, also after a restart", async () => {
    const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "vendor=1" };
    const { engine, clock, journal, controller, world } = setUp({ faults: { "stock/run": ["unavailable"] } });
    const { id } = await engine.start({ definition: "scripted", input: {}, trace });
    await settleMicrotasks();
    const drained = engine.drain(1);
    clock.advanceBy(1);
    await drained;
    const restarted = engineOn({ controller, journal: journal.crash(), clock });
    await restarted.resume();
    await driveToRest(restarted, clock, id);
    expect(world.attempts.length).toBeGreaterThan(4);
    expect(
      world.attempts.every(
        (attempt) => attempt.trace?.traceparent === trace.traceparent && attempt.trace.tracestate === "vendor=1",
      ),
    ).toBe(true);
  });
});

describe("a drain", () => {
  it("accepts no new saga and lets those under way end", async () => {
    const { engine, clock, world } = setUp({ faults: { "stock/run": ["unavailable"] } });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    const drained = engine.drain(60_000);
    await expect(engine.start({ definition: "scripted", input: {} })).rejects.toMatchObject({ refusal: "draining" });
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
    await drained;
    expect(world.standing).toHaveLength(4);
  });

  it("sends nothing that was not sent, and counts no attempt that it did not make", async () => {
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

  it("parks what does not end in time where the next start goes on, unkeyed steps included", async () => {
    const unkeyed: StepScript[] = steps.map((step) => ({ ...step, keyed: false }));
    const { engine, clock, journal, controller, world } = setUp({
      steps: unkeyed,
      faults: { "stock/run": ["unavailable", "unavailable"] },
    });
    const { id, rest } = await engine.start({ definition: "scripted", input: {} });
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
