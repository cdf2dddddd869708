import { describe, expect, it } from "vitest";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, type Setup, setUp, steps } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { statusOf } from "../transition/view.ts";

const start = { definition: "scripted", input: {} };
const CALL_TIMEOUT_MS = 1_000;
const short = steps.map((step) => ({ ...step, callTimeoutMs: CALL_TIMEOUT_MS }));
const patient = { deadlineMs: 3_600_000, attemptsMax: 1_000 };
const HOUR_MS = 3_600_000;

/** A saga whose call of `stock` is past its deadline and has not returned. */
async function unreturned(setup: Setup = {}) {
  const parts = setUp({ steps: short, policy: patient, ...setup });
  const { engine, clock, world } = parts;
  const release = world.hold("stock/run");
  const { id } = await engine.start(start);
  await settleMicrotasks();
  expect(world.arrived).toContain("stock/run");
  clock.advanceBy(CALL_TIMEOUT_MS);
  await settleMicrotasks();
  const saga = async () => (await engine.get(id))?.saga;
  return { ...parts, id, release, saga };
}

describe("a call under way", () => {
  it("is not ended by the deadline of its saga, nor by a cancel or a stop", async () => {
    const { engine, clock, world } = setUp({ policy: { deadlineMs: 100 } });
    const release = world.hold("stock/run");
    const { id } = await engine.start(start);
    await settleMicrotasks();
    clock.advanceBy(100);
    await engine.cancel(id);
    const drained = engine.drain(30_000);
    clock.advanceBy(0);
    await settleMicrotasks();
    expect((await engine.get(id))?.saga.phase.name).toBe("settling");
    expect(world.arrivedAttempts[1]?.signal.aborted).toBe(false);
    release();
    await drained;
    expect((await engine.get(id))?.saga.phase.name).toBe("undoing");
    expect(world.effects).toEqual(["order/run", "stock/run"]);
  });

  it("has the deadline of its step, else that of its participant", async () => {
    const { engine, clock, controller, world } = setUp({ steps: short });
    for (const handler of controller.handlers) Object.assign(handler, { callTimeoutMs: 300 });
    world.hold("order/run");
    const { id } = await engine.start(start);
    await settleMicrotasks();
    clock.advanceBy(300);
    await settleMicrotasks();
    expect((await engine.get(id))?.saga.steps[0]?.lastError?.reason).toBe("no answer within 300 ms");
  });
});

describe("a saga whose call has not returned by its deadline", () => {
  it("waits for it parked, out of memory, and does not make it again", async () => {
    const { engine, clock, saga, world, release } = await unreturned({ options: { sagasInFlightMax: 1 } });
    clock.advanceBy(2_000);
    await settleMicrotasks();
    const parked = await saga();
    expect(parked?.isParked).toBe(true);
    expect(parked?.steps.map(({ status }) => status)).toEqual(["done", "unknown", "pending", "pending"]);
    release();
    const { id } = await engine.start(start);
    await driveToRest(engine, clock, id);
    expect((await saga())?.phase.name).toBe("completed");
    expect(world.arrived.filter((call) => call === "stock/run")).toHaveLength(3);
  });

  it("is cancelled only after its call has returned and was settled", async () => {
    const { engine, clock, world, id, release } = await unreturned();
    clock.advanceBy(2_000);
    await settleMicrotasks();
    await engine.cancel(id);
    await engine.retry(id);
    await settleMicrotasks();
    expect(world.arrived).toEqual(["order/run", "stock/run"]);
    release();
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "cancelled" } });
    expect(world.calls).toEqual(["order/run", "stock/run", "stock/run", "stock/rollback", "order/rollback"]);
  });

  it("is repeated by the next process, which knows of no call that has not returned", async () => {
    const journal = new MemoryJournal();
    const { clock, controller, id, world, release } = await unreturned({ journal });
    await journal.durable();
    release();
    const next = engineOn({ controller, journal: journal.crash(), clock });
    await next.resume();
    expect(await driveToRest(next, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(world.effects).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
  });

  it("does not hold up a stop: it is parked", async () => {
    const { engine, clock, saga } = await unreturned();
    const drained = engine.drain(0);
    clock.advanceBy(0);
    await drained;
    expect(await saga()).toMatchObject({ isParked: true });
  });
});

describe("a saga that went on before its call returned", () => {
  it("is not woken when the call returns", async () => {
    const policy = { deadlineMs: HOUR_MS, giveUpMs: 2 * HOUR_MS };
    const { engine, clock, id, release } = await unreturned({ policy, faults: { "stock/rollback": ["busy"] } });
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { reason: "gave-up" } });
    await engine.resolve(id, { step: "stock", applied: true });
    await settleMicrotasks();
    const before = await engine.history(id);
    expect(before?.at(-1)).toMatchObject({ event: { step: "stock", action: "rollback", outcome: { outcome: "unavailable" } } });
    release();
    await settleMicrotasks();
    expect(await engine.history(id)).toEqual(before);
  });
});

describe("a participant whose every place is taken by calls that do not return", () => {
  const gateLimits = { callsInFlightMax: 2, failuresMax: 1_000, openMsBase: 1_000, openMsMax: 1_000 };

  /** One saga is in doubt about its call, two have the places, and one comes after them. */
  async function stuck() {
    const parts = setUp({
      steps: short,
      faults: { "order/run": ["request-lost"] },
      policy: { deadlineMs: HOUR_MS, giveUpMs: 2 * HOUR_MS, backoffMsBase: 20_000, backoffMsMax: 20_000 },
      options: { gateLimits },
    });
    const { engine, clock, world } = parts;
    const started = async () => (await engine.start(start)).id;
    const inDoubt = await started();
    await settleMicrotasks();
    const release = world.hold("order/run");
    const holding = [await started(), await started()];
    const late = await started();
    await settleMicrotasks();
    clock.advanceBy(CALL_TIMEOUT_MS);
    await settleMicrotasks();
    expect(engine.participants()).toMatchObject([{ circuit: "closed", callsInFlight: 2, waiting: 1 }]);
    expect(world.arrived).toHaveLength(3);
    return { ...parts, inDoubt, holding, late, release };
  }

  it("does not keep a saga from turning back at its deadline, nor from giving up", async () => {
    const { engine, clock, world, inDoubt, holding, late } = await stuck();
    expect(await driveToRest(engine, clock, late)).toMatchObject({ phase: { turn: { cause: "deadline" } } });
    for (const id of [inDoubt, ...holding]) {
      expect((await engine.get(id))?.saga.phase).toMatchObject({ name: "needs-intervention", reason: "gave-up" });
    }
    expect(world.arrived).toHaveLength(3);
  });

  it("is called by all of them once the calls have returned", async () => {
    const { engine, clock, world, inDoubt, holding, late, release } = await stuck();
    release();
    await settleMicrotasks();
    for (const id of [inDoubt, ...holding, late]) {
      const saga = await driveToRest(engine, clock, id);
      expect(saga && statusOf(saga)).toBe("completed");
    }
    expect(world.effects.filter((effect) => effect === "order/run")).toHaveLength(4);
    expect(engine.participants()[0]).toMatchObject({ callsInFlight: 0, waiting: 0 });
  });
});
