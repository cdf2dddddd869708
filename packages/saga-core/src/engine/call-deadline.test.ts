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
    const drained = engine.drain(0);
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

describe("a participant whose every place is taken by calls that do not return", () => {
  const gateLimits = { callsInFlightMax: 2, failuresMax: 1_000, openMsBase: 1_000, openMsMax: 1_000 };

  it("is called again when one of them has returned, and until then its sagas turn back and give up in time", async () => {
    const { engine, clock, world } = setUp({
      steps: short,
      policy: { deadlineMs: HOUR_MS, giveUpMs: 2 * HOUR_MS },
      options: { gateLimits, sagasInFlightMax: 3 },
    });
    const release = world.hold("order/run");
    const ids: string[] = [];
    for (let saga = 0; saga < 3; saga += 1) ids.push((await engine.start(start)).id);
    await settleMicrotasks();
    clock.advanceBy(CALL_TIMEOUT_MS);
    await settleMicrotasks();
    expect(engine.participants()).toMatchObject([{ circuit: "closed", callsInFlight: 2, waiting: 1 }]);
    expect(world.arrived).toEqual(["order/run", "order/run"]);
    expect(await driveToRest(engine, clock, ids[2] ?? "")).toMatchObject({ phase: { turn: { cause: "deadline" } } });
    for (const id of ids.slice(0, 2)) {
      const found = await engine.get(id);
      expect(found?.saga.phase).toMatchObject({ name: "needs-intervention", reason: "gave-up" });
    }
    release();
    await settleMicrotasks();
    const { id } = await engine.start(start);
    const ended = await driveToRest(engine, clock, id);
    expect(ended && statusOf(ended)).toBe("completed");
  });
});
