import { describe, expect, it } from "vitest";
import { StartRefused } from "../ports/engine.ts";
import { JournalError, type JournalRecord } from "../ports/journal.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { type Setup, setUp } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { defaultGateLimits } from "./participant-gate.ts";

const start = { definition: "scripted", input: {} };
const policy = { deadlineMs: 10_000 };
const gateLimits = { ...defaultGateLimits, callsInFlightMax: 2 };

/** An engine with two sagas whose first calls are under way: as many as there may be. `attempt` starts one more. */
async function crowded(setup: Setup = {}) {
  const parts = setUp({ policy, ...setup, options: { gateLimits, ...setup.options } });
  const release = parts.world.hold("order/run");
  for (let saga = 0; saga < 2; saga += 1) await parts.engine.start({ ...start, idempotencyKey: `key-${saga}` });
  await settleMicrotasks();
  const attempt = (idempotencyKey?: string) => {
    const attempted: { came?: string; refused?: StartRefused } = {};
    parts.engine.start({ ...start, ...(idempotencyKey !== undefined && { idempotencyKey }) }).then(
      ({ id }) => Object.assign(attempted, { came: id }),
      (refused: unknown) => Object.assign(attempted, { refused }),
    );
    return attempted;
  };
  return { ...parts, release, attempt };
}

describe("a start while as many calls are under way as there may be", () => {
  it("waits until it is known that sagas get through, and is accepted then", async () => {
    const { attempt, release, world } = await crowded();
    const one = attempt();
    const other = attempt();
    await settleMicrotasks();
    expect([one, other]).toEqual([{}, {}]);
    release();
    for (let turn = 0; turn < 4; turn += 1) await settleMicrotasks();
    expect([one, other]).toEqual([{ came: "saga-0003" }, { came: "saga-0004" }]);
    expect(world.effects.filter((effect) => effect === "order/run")).toHaveLength(4);
  });

  it("is refused as overloaded once none got through for three seconds, and says what was measured and when to try again", async () => {
    const { attempt, clock, world } = await crowded();
    const one = attempt();
    clock.advanceBy(2_999);
    await settleMicrotasks();
    expect(one).toEqual({});
    clock.advanceBy(1);
    await settleMicrotasks();
    expect(one.refused).toMatchObject({
      refusal: "overloaded",
      retryAfterMs: 10_000,
      message:
        "2 sagas are on their way and none gets through: one more could not make its calls before its deadline of 10000 ms.",
    });
    // By then that is known: the next one does not wait.
    const next = attempt();
    await settleMicrotasks();
    expect(next.refused?.refusal).toBe("overloaded");
    expect(world.arrived).toHaveLength(2);
  });

  it("finds the saga of a repeated key, and makes one saga of a new key that is repeated while it waits", async () => {
    const { attempt, release } = await crowded();
    const [repeated, one, same] = [attempt("key-0"), attempt("new"), attempt("new")];
    await settleMicrotasks();
    expect([repeated, one, same]).toEqual([{ came: "saga-0001" }, {}, {}]);
    release();
    for (let turn = 0; turn < 4; turn += 1) await settleMicrotasks();
    expect([one, same]).toEqual([{ came: "saga-0003" }, { came: "saga-0003" }]);
  });

  it("counts for the limit of sagas in flight while it waits", async () => {
    const { attempt } = await crowded({ options: { gateLimits, sagasInFlightMax: 3 } });
    attempt();
    const next = attempt();
    await settleMicrotasks();
    expect(next.refused).toMatchObject({ refusal: "overloaded", message: "3 sagas are in flight, which is the limit." });
  });

  it("is refused if the engine stops while it waits", async () => {
    const { attempt, engine, release } = await crowded();
    const one = attempt();
    const drained = engine.drain(60_000);
    release();
    for (let turn = 0; turn < 4; turn += 1) await settleMicrotasks();
    await drained;
    expect(one.refused?.refusal).toBe("draining");
  });

  it("gives its place back if its definition was paused while it waited", async () => {
    const { attempt, clock, engine, release, world } = await crowded();
    const one = attempt();
    await engine.pause("scripted");
    release();
    for (let turn = 0; turn < 4; turn += 1) await settleMicrotasks();
    expect(one.refused?.refusal).toBe("paused");
    await engine.endPause("scripted");
    // What was measured is over.
    clock.advanceBy(60_000);
    world.hold("order/run");
    const others = [attempt(), attempt()];
    await settleMicrotasks();
    expect(others).toEqual([{ came: "saga-0003" }, { came: "saga-0004" }]);
  });

  it("need not wait for a saga that is being cancelled", async () => {
    const { attempt, engine } = await crowded();
    await engine.cancel("saga-0001");
    const one = attempt();
    await settleMicrotasks();
    expect(one).toEqual({ came: "saga-0003" });
  });

  it("need not wait for a saga whose call has failed, which waits for its participant", async () => {
    const { engine } = setUp({ policy, options: { gateLimits }, faults: { "order/run": ["unavailable", "unavailable"] } });
    for (let saga = 0; saga < 2; saga += 1) await engine.start(start);
    await settleMicrotasks();
    await expect(engine.start(start)).resolves.toMatchObject({ id: "saga-0003" });
  });

  it("leaves the trial of a paused definition to the next one, if it is refused", async () => {
    const journal = new MemoryJournal();
    await journal.pause({ definition: "scripted", at: 0, automatic: true });
    const autoPause = { countMin: 2, sharePercentMin: 50, windowMs: 300_000, trials: 9, trialMs: 2_000 };
    const { engine, clock, world } = setUp({ journal, policy, options: { gateLimits, autoPause } });
    await engine.resume();
    const release = world.hold("order/run");
    for (let trial = 0; trial < 2; trial += 1) {
      clock.advanceBy(2_000);
      await engine.start(start);
    }
    clock.advanceBy(2_000);
    await settleMicrotasks();
    const refused = engine.start(start).catch((error: unknown) => error);
    clock.advanceBy(3_000);
    expect(await refused).toMatchObject({ refusal: "overloaded" });
    release();
    await settleMicrotasks();
    await settleMicrotasks();
    await expect(engine.start(start)).resolves.toMatchObject({ id: "saga-0003" });
  });

  it("has its place again after a start that could not be written", async () => {
    class RefusingJournal extends MemoryJournal {
      refuses = true;
      override async begin(record: JournalRecord): Promise<void> {
        if (this.refuses) throw new JournalError("disk full");
        await super.begin(record);
      }
    }
    const journal = new RefusingJournal();
    const { engine } = setUp({ journal, policy, options: { gateLimits } });
    for (let saga = 0; saga < 2; saga += 1) await expect((await engine.start(start)).accepted).rejects.toThrow("disk full");
    journal.refuses = false;
    await expect((await engine.start(start)).accepted).resolves.toBeUndefined();
  });
});

describe("sagas that are accepted at ten times of what gets through", () => {
  it("complete, all of them, and the others are refused", async () => {
    const { engine, clock, world } = setUp({
      policy: { deadlineMs: 5_000 },
      options: { gateLimits: { ...defaultGateLimits, callsInFlightMax: 4 } },
    });
    // Every call of `stock` takes 400 ms: ten sagas a second get through.
    const ends: string[] = [];
    let refused = 0;
    let release = world.hold("stock/run");
    for (let at = 0; at < 8_000; at += 10) {
      engine.start(start).then(
        ({ untilRest }) => untilRest().then(({ phase }) => ends.push(phase.name)),
        (error: unknown) => {
          if (!(error instanceof StartRefused && error.refusal === "overloaded")) throw error;
          refused += 1;
        },
      );
      clock.advanceBy(10);
      await settleMicrotasks();
      if (at % 400 !== 390) continue;
      release();
      release = world.hold("stock/run");
      await settleMicrotasks();
    }
    for (let turn = 0; turn < 20; turn += 1) {
      release();
      clock.advanceBy(400);
      await settleMicrotasks();
    }
    expect(new Set(ends)).toEqual(new Set(["completed"]));
    expect(ends.length + refused).toBe(800);
    expect(ends.length).toBeGreaterThan(80);
  });
});
