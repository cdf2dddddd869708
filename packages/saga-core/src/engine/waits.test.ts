import { describe, expect, it } from "vitest";
import { SignalRefused } from "../ports/signals.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { eventsOf } from "../testing/read-all.ts";
import type { StepScript, WaitScript } from "../testing/scripted-saga.ts";

const HOUR_MS = 3_600_000;
const start = { definition: "scripted", input: {} };
const yes = { paid: 1 };

function waiting(wait: WaitScript = {}): readonly StepScript[] {
  return [
    { step: "order", kind: "compensatable" },
    { step: "paid", kind: "lasting", wait: { waitMs: 100 * HOUR_MS, onTimeout: "turn-back", ...wait } },
    { step: "ship", kind: "pivot" },
  ];
}

/** A saga that stands at its wait, out of memory. */
async function atWait(wait: WaitScript = {}, input: object = {}) {
  const parts = setUp({ steps: waiting(wait), options: { sagasInFlightMax: 1 } });
  const { id } = await parts.engine.start({ ...start, input });
  await settleMicrotasks();
  return { ...parts, id };
}

const refusalOf = (signal: Promise<unknown>) =>
  signal.then(
    () => "accepted",
    (error: unknown) => (error instanceof SignalRefused ? error.refusal : error),
  );

describe("a saga that waits for a signal", () => {
  it("leaves memory, with an alarm for the end of its time, and goes on by the signal", async () => {
    const { engine, id, clock, world } = await atWait();
    for (let sagas = 0; sagas < 3; sagas += 1) {
      await engine.start(start);
      await settleMicrotasks();
    }
    expect(clock.waiting).toBe(4);
    expect(await engine.signal(id, "paid", yes)).toMatchObject({ signal: "taken", saga: { data: yes } });
    await settleMicrotasks();
    expect(world.calls.filter((call) => call === "ship/run")).toEqual(["ship/run"]);
    expect((await engine.get(id))?.saga.phase.name).toBe("completed");
  });

  it("leaves memory without an alarm where it has no time, also as the first step of its chain", async () => {
    const { engine, clock } = setUp({ steps: [{ step: "paid", kind: "pivot", wait: {} }], options: { sagasInFlightMax: 1 } });
    const { id } = await engine.start(start);
    await settleMicrotasks();
    await engine.start(start);
    expect(clock.isWaiting).toBe(false);
    expect(await engine.signal(id, "paid", yes)).toMatchObject({ signal: "taken" });
  });

  it.for([1e18, -1e18, Number.MAX_SAFE_INTEGER])(
    "waits until an instant that a date can show, also when it is given %d",
    async (at) => {
      const { engine } = setUp({ steps: [{ step: "paid", kind: "pivot", wait: { waitUntil: "at" } }] });
      const { id } = await engine.start({ ...start, input: { at } });
      await settleMicrotasks();
      const until = (await engine.get(id))?.saga.steps[0]?.waitingUntil;
      expect(new Date(until ?? Number.NaN).getTime()).toBe(until);
    },
  );

  it("is reported in the order of its events, also when one makes it go on before the last one is durable", async () => {
    const paid: StepScript = { step: "paid", kind: "retriable", wait: { waitMs: HOUR_MS, onTimeout: "ask" } };
    const { engine, clock, journal } = setUp({
      steps: [{ step: "ship", kind: "pivot" }, paid, { step: "mail", kind: "retriable" }],
    });
    const { id } = await engine.start(start);
    await settleMicrotasks();
    clock.advance();
    await settleMicrotasks();
    const asking = (await engine.get(id))?.saga;
    expect(asking?.phase.name).toBe("needs-intervention");
    const reported: (number | undefined)[] = [asking?.seq];
    engine.subscribe(({ saga }) => reported.push(saga.seq));
    const held = Promise.withResolvers<void>();
    journal.durable = () => held.promise;
    const signalled = Promise.all([engine.signal(id, "paid", { no: "no money" }), engine.signal(id, "paid", yes)]);
    await settleMicrotasks();
    held.resolve();
    await signalled;
    await settleMicrotasks();
    const last = (await engine.get(id))?.saga.seq ?? 0;
    expect(reported).toEqual(Array.from(reported, (_, index) => last - reported.length + 1 + index));
    expect(reported.length).toBeGreaterThan(2);
  });

  it("refuses another signal under the key of a refusal that was answered", async () => {
    const paid: StepScript = { step: "paid", kind: "retriable", wait: { waitMs: HOUR_MS, onTimeout: "ask" } };
    const { engine } = setUp({ steps: [{ step: "ship", kind: "pivot" }, paid] });
    const { id } = await engine.start(start);
    await settleMicrotasks();
    const no = { no: "no money" };
    expect(await engine.signal(id, "paid", no, { key: "k" })).toMatchObject({ signal: "asks" });
    expect(await engine.signal(id, "paid", yes)).toMatchObject({ signal: "taken" });
    expect(await refusalOf(engine.signal(id, "paid", { paid: 2 }, { key: "k" }))).toBe("key-reused");
    expect(await engine.signal(id, "paid", no, { key: "k" })).toMatchObject({ signal: "repeated" });
  });

  it("is told when the signal is durable, and not before", async () => {
    const { engine, id, journal } = await atWait();
    const held = Promise.withResolvers<void>();
    journal.durable = () => held.promise;
    let told = false;
    const signalled = engine.signal(id, "paid", yes).then(() => {
      told = true;
    });
    await settleMicrotasks();
    expect(told).toBe(false);
    held.resolve();
    await signalled;
  });

  it("is found by a restart as it is: nothing is recorded, and a signal or its time ends the wait", async () => {
    const { engine, id, clock, journal, controller, world } = await atWait();
    const { id: other } = await engine.start(start);
    await settleMicrotasks();
    await journal.durable();
    const before = journal.durableRecords.length;
    const found = journal.crash();
    const restarted = engineOn({ controller, journal: found, clock }, { sagasInFlightMax: 1 });
    await restarted.resume();
    await settleMicrotasks();
    expect(found.durableRecords).toHaveLength(before);
    expect(await restarted.signal(id, "paid", yes)).toMatchObject({ signal: "taken" });
    await settleMicrotasks();
    expect(world.effects).toContain("ship/run");
    clock.advanceBy(200 * HOUR_MS);
    await settleMicrotasks();
    expect((await restarted.get(other))?.saga.phase.name).toBe("cancelled");
  });

  it("is signalled before a restart comes to it as it is: nothing is recorded but the signal, and what follows it", async () => {
    const { id, clock, journal, controller } = await atWait();
    await journal.durable();
    const restarted = engineOn({ controller, journal: journal.crash(), clock });
    expect(await restarted.signal(id, "paid", yes)).toMatchObject({ signal: "taken" });
    await settleMicrotasks();
    const types = (await eventsOf(restarted, id)).map(({ type }) => type);
    expect(types).toContain("signalled");
    expect(types).not.toContain("resumed");
  });

  it("is not parked by a stop, so that the next process need not resume it", async () => {
    const { engine, id, clock } = await atWait({ waitMs: 1_000 });
    const drained = engine.drain(0);
    clock.advanceBy(0);
    await drained;
    expect((await eventsOf(engine, id)).map(({ type }) => type)).not.toContain("parked");
  });

  it("is not signalled where its version is not registered: what cannot be validated is not accepted", async () => {
    const { id, journal, clock } = await atWait();
    await journal.durable();
    const { controller } = setUp({ steps: [{ step: "other", kind: "pivot" }] });
    const elsewhere = engineOn({ controller, journal: journal.crash(), clock }, { onDefect: () => undefined });
    await elsewhere.resume().catch(() => 0);
    await settleMicrotasks();
    expect(await refusalOf(elsewhere.signal(id, "paid", yes))).toMatchObject({ name: "UnreadableSaga" });
  });
});

describe("a kept signal", () => {
  it("leaves its saga parked, in its place at a participant that is away, also before a restart comes to it", async () => {
    const gateLimits = { callsInFlightMax: 2, failuresMax: 1, openMsBase: 60_000, openMsMax: 60_000 };
    const policy = { deadlineMs: 10 * HOUR_MS, attemptsMax: 100 };
    const { engine, world, clock, journal, controller } = setUp({ steps: waiting(), policy, options: { gateLimits } });
    const sickness = world.sicken("order/run", "unavailable");
    const { id } = await engine.start(start);
    await settleMicrotasks();
    clock.advanceBy(100);
    await settleMicrotasks();
    expect((await engine.get(id))?.saga.isParked).toBe(true);
    await journal.durable();
    const restarted = engineOn({ controller, journal: journal.crash(), clock });
    expect(await restarted.signal(id, "paid", yes)).toMatchObject({ signal: "kept", saga: { isParked: true } });
    const alarms = clock.waiting;
    expect(await engine.signal(id, "paid", yes)).toMatchObject({ signal: "kept", saga: { isParked: true } });
    expect(clock.waiting).toBe(alarms);
    expect((await eventsOf(engine, id)).at(-1)).toMatchObject({ type: "signalled" });
    sickness.heal();
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" }, data: yes });
  });
});

describe("a correlation", () => {
  const byRef = { correlation: "ref" };

  it("of a step that has none finds no saga, and is not waited for", async () => {
    const { engine } = await atWait({}, { ref: "A-1" });
    expect(await refusalOf(engine.signalBy("scripted", "paid", "A-1", yes))).toBe("not-found");
  });

  it.for(["", ".", ".."])("of a new saga that no sender could name is refused by its member: %j", async (ref) => {
    const { engine } = setUp({ steps: waiting(byRef) });
    const refused = await engine.start({ ...start, input: { ref } }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ refusal: "invalid-input", cause: { issues: [{ path: ["ref"] }] } });
  });

  it("of a saga whose version is not registered here is to be sent again", async () => {
    const { journal, clock } = await atWait(byRef, { ref: "A-1" });
    await journal.durable();
    const { controller } = setUp({ steps: [{ step: "other", kind: "pivot" }] });
    const elsewhere = engineOn({ controller, journal: journal.crash(), clock }, { onDefect: () => undefined });
    await elsewhere.resume().catch(() => 0);
    const refused = await refusalOf(elsewhere.signalBy("scripted", "paid", "A-1", yes));
    expect(refused).toMatchObject({ name: "UnreadableSaga" });
    expect(await refusalOf(elsewhere.signalBy("scripted", "paid", "A-2", yes))).toBe("not-found");
  });

  it("that no saga has is waited for, a while, and nothing is kept of its signal", async () => {
    const { engine, clock } = setUp({ steps: waiting(byRef) });
    const early = engine.signalBy("scripted", "paid", "A-1", yes);
    await settleMicrotasks();
    const { id } = await engine.start({ ...start, input: { ref: "A-1" } });
    expect((await early).saga.id).toBe(id);
    const nobody = refusalOf(engine.signalBy("scripted", "paid", "A-2", yes));
    await settleMicrotasks();
    clock.advanceBy(5_000);
    expect(await nobody).toBe("correlation-unknown");
    expect(await refusalOf(engine.signalBy("scripted", "paid", "x".repeat(10_000), yes))).toBe("correlation-unknown");
  });

  it("that no saga has is waited for as long, and by as many signals, as the engine's options say", async () => {
    const options = { signalWaitMsMax: 100, signalsWaitingMax: 1 };
    const { engine, clock } = setUp({ steps: waiting(byRef), options });
    const early = refusalOf(engine.signalBy("scripted", "paid", "A-1", yes));
    await settleMicrotasks();
    expect(await refusalOf(engine.signalBy("scripted", "paid", "A-2", yes))).toBe("overloaded");
    clock.advanceBy(100);
    expect(await early).toBe("correlation-unknown");
  });

  it("of later data that another saga has needs a human at the wait, also after a restart, and a signal by id is taken", async () => {
    const steps = waiting({ correlation: "id" }).map((step) =>
      step.step === "order" ? { ...step, rollbackIsRepeatable: true, rollbackId: "id" } : step,
    );
    const { engine, journal, controller, clock } = setUp({ steps });
    const first = await engine.start(start);
    await settleMicrotasks();
    const second = await engine.start(start);
    await settleMicrotasks();
    const phase = { name: "needs-intervention", reason: "correlation-taken", holder: first.id };
    expect((await engine.get(second.id))?.saga.phase).toMatchObject(phase);
    const lost = new MemoryJournal(journal.durableRecords.filter(({ text }) => !text.includes("correlation-refused")));
    const restarted = engineOn({ controller, journal: lost, clock });
    await restarted.resume();
    await settleMicrotasks();
    expect((await restarted.get(second.id))?.saga.phase).toMatchObject(phase);
    expect(await engine.signal(second.id, "paid", yes)).toMatchObject({ signal: "taken" });
    await settleMicrotasks();
    expect((await engine.get(second.id))?.saga.phase.name).toBe("completed");
  });
});
