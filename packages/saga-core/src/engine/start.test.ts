import { describe, expect, it } from "vitest";
import { StartRefused, UnreadableSaga } from "../ports/engine.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp, steps } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { ScriptedController } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { stateOf } from "../transition/view.ts";

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
    expect(await journal.open({ status: "running", limit: 9 })).toEqual([]);
    expect(await refusal("scripted", {})).toBe("started");
    expect(await refusal("scripted", {})).toBe("overloaded");
  });

  it("with a key makes exactly one saga, even if it is repeated at once, later, or after a restart", async () => {
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

  it("is refused if its key already started a saga with another body", async () => {
    const { engine } = setUp();
    await engine.start({ definition: "scripted", input: { user: 1 }, idempotencyKey: "k" });
    const again = engine.start({ definition: "scripted", input: { user: 2 }, idempotencyKey: "k" });
    await expect(again).rejects.toMatchObject({ refusal: "key-reused" });
  });
});

describe("the versions of a definition", () => {
  it("are used newest first for new sagas, and each saga keeps the one that it started with", async () => {
    const world = new ScriptedWorld();
    const clock = new SimulatedClock();
    const journal = new MemoryJournal();
    const [first, second] = [1, 2].map((version) => new ScriptedController(steps, world, {}, { version }));
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

  it.for([
    ["running", "busy"],
    ["waiting for a human", "defect"],
  ] as const)("that are not registered leave their %s sagas for a human, and are reported", async ([, fault]) => {
    const defects: unknown[] = [];
    const { journal, clock, engine } = setUp({ faults: { "order/run": [fault] }, policy: { deadlineMs: 120_000 } });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    const other = new ScriptedController(steps, new ScriptedWorld(), {}, { version: 2 });
    const onDefect = (error: unknown) => defects.push(error);
    const without = engineOn({ controller: other, journal: journal.crash(), clock }, { onDefect });
    expect(await without.resume()).toBe(0);
    await settleMicrotasks();
    expect(String(defects[0])).toContain("it runs scripted version 1, which is not registered");
    expect(defects[0]).toBeInstanceOf(UnreadableSaga);
    expect([...without.unreadable()]).toEqual([id]);
    const found = await without.get(id);
    expect(found?.saga).toMatchObject({ version: 1, phase: { name: "needs-intervention", reason: "unregistered" } });
    expect(found && stateOf(found.controller, found.saga)).toBe("UNREGISTERED");
    for (const operation of [without.cancel(id), without.retry(id), without.resolve(id, { step: "order", applied: true })]) {
      await expect(operation).rejects.toThrow("scripted version 1 is not registered here");
    }
  });

  it("that are registered again resume their sagas", async () => {
    const { controller, journal, clock, engine } = setUp({ faults: { "order/run": ["busy"] }, policy: { deadlineMs: 120_000 } });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    const again = engineOn({ controller, journal: journal.crash(), clock });
    expect(await again.resume()).toBe(1);
    expect(await driveToRest(again, clock, id)).toMatchObject({ phase: { name: "completed" } });
  });
});

describe("the trace context of a start", () => {
  it("reaches every call, even after a restart", async () => {
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
