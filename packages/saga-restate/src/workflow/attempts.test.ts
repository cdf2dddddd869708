import { type GateLimits, JournalError, type Saga } from "saga-core";
import { type Call, Observation, ParticipantGates, Stop, startOf, transition, UnreturnedCalls } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { OutgoingCalls } from "../process/outgoing-calls.ts";
import { timings } from "../timings.ts";
import { Attempts } from "./attempts.ts";

/** The deadline of each call. */
const CALL_TIMEOUT_MS = 30_000;

const oneAtATime = { callsInFlightMax: 1, failuresMax: 10, openMsBase: 1_000, openMsMax: 1_000 };

/** A process, and a participant with a limit of one call at a time. */
function scene(holderOf: () => Promise<string | undefined> = async () => undefined, gateLimits: GateLimits = oneAtATime) {
  const clock = new SimulatedClock();
  const world = new ScriptedWorld();
  const controller = new ScriptedController(contractSteps, world);
  const calls = new OutgoingCalls();
  const stop = new Stop(clock);
  const unreturned = new UnreturnedCalls();
  const gates = new ParticipantGates(gateLimits, { clock, resume: async () => undefined, onChange: () => undefined });
  const index = { holderOf };
  const attempts = new Attempts(controller, {
    gates,
    index,
    clock,
    random: () => 0.5,
    openMsBase: 1_000,
    calls,
    stop,
    unreturned,
    observation: new Observation([], (error) => {
      throw error;
    }),
  });
  const sagaOf = (id: string): Saga => {
    const start = { at: clock.now(), id, input: {}, idempotencyKey: undefined, trace: undefined };
    return transition(controller, undefined, startOf(controller, start)).saga;
  };
  const lost = new AbortController();
  const first: Call = { type: "run", step: "order", attempt: 1, after: 1 };
  const make = (call = first, { sagaId = "saga", turnsAt = Infinity } = {}) =>
    attempts.make(sagaOf(sagaId), call, { lost: lost.signal, isInsistent: false, turnsAt });
  return { world, clock, calls, stop, make, lost, first };
}

describe("a call that waits for its turn at a participant", () => {
  it("is not made when the process stops meanwhile, and is not in doubt", async () => {
    const { world, calls, make } = scene();
    const release = world.hold("order/run");
    const first = make();
    await expect.poll(() => world.arrived).toHaveLength(1);
    const second = make();
    const stopped = calls.stop();
    release();
    await stopped;
    expect(await first).toMatchObject({ outcome: { outcome: "done" } });
    expect(await second).toMatchObject({ openUntil: expect.any(Number) });
    expect(world.arrived).toHaveLength(1);
  });

  it("is not made when it could not end before the process stops, and is not in doubt", async () => {
    const { world, clock, stop, make } = scene();
    const release = world.hold("order/run");
    const first = make();
    await expect.poll(() => world.arrived).toHaveLength(1);
    const second = make();
    stop.begin(CALL_TIMEOUT_MS + 1_000);
    clock.advanceBy(1_001);
    release();
    expect(await first).toMatchObject({ outcome: { outcome: "done" } });
    expect(await second).toEqual({ openUntil: clock.now() + timings.stoppingMs, at: clock.now() });
    expect(await make()).toMatchObject({ openUntil: expect.any(Number) });
    expect(world.arrived).toHaveLength(1);
  });

  it("is made when it can end before the process stops", async () => {
    const { world, stop, make } = scene();
    stop.begin(CALL_TIMEOUT_MS);
    expect(await make()).toMatchObject({ outcome: { outcome: "done" } });
    expect(world.arrived).toHaveLength(1);
  });

  it("is cut when the grace of the process is over, and counted", async () => {
    const { world, calls, make } = scene();
    world.hold("order/run");
    void make();
    await expect.poll(() => world.arrived).toHaveLength(1);
    expect(await calls.stop(Promise.resolve())).toBe(1);
  });

  it("is not made when Restate loses its execution meanwhile", async () => {
    const { world, make, lost } = scene();
    const release = world.hold("order/run");
    const first = make();
    await expect.poll(() => world.arrived).toHaveLength(1);
    const second = make();
    lost.abort();
    release();
    await first;
    await expect(second).rejects.toThrow("its execution was lost");
    expect(world.arrived).toHaveLength(1);
  });
});

describe("a call that waits long for its turn at a participant", () => {
  it.for([
    ["after a while", Infinity, timings.queuedMsMax],
    ["when its saga turns back, if that is sooner", 700, 700],
  ] as const)("gives its saga time to look %s, and is not made later", async ([, turnsInMs, waits]) => {
    const { world, clock, make, first } = scene();
    const release = world.hold("order/run");
    const holding = make();
    const waiting = make(first, { sagaId: "other", turnsAt: clock.now() + turnsInMs });
    await expect.poll(() => world.arrived).toHaveLength(1);
    clock.advanceBy(waits);
    expect(await waiting).toEqual({ openUntil: clock.now(), at: clock.now() });
    release();
    expect(await holding).toMatchObject({ outcome: { outcome: "done" } });
    expect(world.arrived).toHaveLength(1);
  });
});

describe("a participant at which a saga failed, where one is enough to open its circuit", () => {
  const limits = { callsInFlightMax: 64, failuresMax: 1, openMsBase: 1_000, openMsMax: 30_000 };

  it("holds that saga back until a trial is due, for a quarter of its deadline where that still counts", async () => {
    const { world, clock, make, first } = scene(undefined, limits);
    const sickness = world.sicken("order/run", "throttled");
    expect(await make()).toMatchObject({ outcome: { outcome: "unavailable" } });
    expect(await make()).toEqual({ openUntil: clock.now() + 1_500, at: clock.now() });
    // Each trial that fails doubles the time: up to a quarter of 15 seconds, where the deadline can still turn the saga.
    for (const _trial of [1, 2, 3, 4]) {
      clock.advanceBy(30_000);
      expect(await make()).toMatchObject({ outcome: { outcome: "unavailable" } });
    }
    expect(await make(first, { turnsAt: clock.now() + 60_000 })).toEqual({ openUntil: clock.now() + 4_250, at: clock.now() });
    expect(await make()).toEqual({ openUntil: clock.now() + 16_500, at: clock.now() });
    sickness.contain();
    expect(await make(first, { sagaId: "healthy" })).toMatchObject({ outcome: { outcome: "done" } });
    sickness.heal();
    expect(await make()).toMatchObject({ outcome: { outcome: "done" } });
  });
});

describe("a call that has not returned by its deadline", () => {
  /** The call is past its deadline. */
  async function unreturned() {
    const { world, clock, calls, make } = scene();
    const release = world.hold("order/run");
    const report = make();
    await expect.poll(() => world.arrived).toHaveLength(1);
    clock.advanceBy(CALL_TIMEOUT_MS);
    return { world, clock, calls, make, release, report: await report };
  }

  it("is reported as unknown at its deadline, and a stop does not wait for it", async () => {
    const { calls, report } = await unreturned();
    expect(report).toMatchObject({ outcome: { outcome: "unknown", reason: "no answer within 30000 ms" } });
    await calls.stop();
  });

  it("is not made again in this process, which looks less often with time, until it has returned", async () => {
    const { world, clock, make, release } = await unreturned();
    for (const [passed, wait] of [
      [0, 1_000],
      [2_000, 2_000],
      [6_000, 8_000],
      [600_000, 300_000],
    ] as const) {
      clock.advanceBy(passed);
      expect(await make()).toEqual({ openUntil: clock.now() + wait, at: clock.now() });
    }
    expect(world.arrived).toHaveLength(1);
    release();
    await expect.poll(() => make()).toMatchObject({ outcome: { outcome: "done" } });
    expect(world.arrived).toHaveLength(2);
  });
});

describe("a rollback that is to be repeated only if its id was not given out again", () => {
  const turn = { cause: "cancelled", step: "pay", reason: "it was cancelled" } as const;
  const unlessReused = { member: "order_id", value: 7 };
  const call: Call = { type: "rollback", step: "order", attempt: 2, after: 1, turn, unlessReused };

  it("is not made where Restate's list names another saga that has the id", async () => {
    const { world, make } = scene(async () => "other");
    expect(await make(call)).toEqual({ reusedBy: "other", at: expect.any(Number) });
    expect(world.arrived).toEqual([]);
  });

  it("is not made where Restate's list cannot be read, and is made where it names nobody", async () => {
    const unreadable = scene(() => Promise.reject(new JournalError("no answer")));
    const reason = "not sent: its id may have been given out again (no answer)";
    expect(await unreadable.make(call)).toMatchObject({ outcome: { outcome: "unavailable", reason } });
    expect(unreadable.world.arrived).toEqual([]);
    const free = scene();
    expect(await free.make(call)).toMatchObject({ outcome: { outcome: "done" } });
    expect(free.world.arrived).toEqual(["order/rollback"]);
  });

  it("is not made when the process stops, or Restate loses its execution, while the list is read", async () => {
    const answer = Promise.withResolvers<undefined>();
    const [stopping, losing] = [scene(() => answer.promise), scene(() => answer.promise)];
    const [one, other] = [stopping.make(call), losing.make(call)];
    const stopped = stopping.calls.stop();
    losing.lost.abort();
    answer.resolve(undefined);
    await stopped;
    expect(await one).toMatchObject({ openUntil: expect.any(Number) });
    await expect(other).rejects.toThrow("its execution was lost");
    expect([...stopping.world.arrived, ...losing.world.arrived]).toEqual([]);
  });
});
