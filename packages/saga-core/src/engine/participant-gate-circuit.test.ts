import { describe, expect, it } from "vitest";
import { setUpGate } from "../testing/gate-set-up.ts";

describe("the circuit of a participant", () => {
  it("opens when `failuresMax` different sagas failed, however often one of them did", () => {
    const { gate, fail, enter } = setUpGate();
    fail("answer", "a", "b", "a", "b", "a");
    expect(gate.state).toMatchObject({ circuit: "closed", failures: 2 });
    fail("answer", "c");
    expect(gate.state).toMatchObject({ circuit: "open", failures: 3, lastFailure: "answer" });
    expect(["a", "b", "c"].map((id) => enter(id))).toEqual(["held", "held", "held"]);
  });

  it("counts anew after a clear answer", () => {
    const { gate, fail, enter, leave } = setUpGate();
    fail("answer", "a", "b");
    enter("c");
    leave("c", "clear");
    fail("answer", "d", "e");
    expect(gate.state).toMatchObject({ circuit: "closed", failures: 2 });
  });

  it("counts no call that was not sent", () => {
    const { gate, fail, enter, leave } = setUpGate();
    fail("answer", "a", "b");
    enter("c");
    leave("c", "unsent");
    expect(gate.state).toMatchObject({ circuit: "closed", failures: 2 });
  });

  it("refuses the queued calls of those that failed when it opens, and no other", () => {
    const { gate, enter, happened, fail, leave } = setUpGate();
    fail("silence", "a", "b");
    for (const id of ["c", "d", "a", "e"]) enter(id);
    leave("c", "silence");
    expect(happened).toEqual(["a is refused", "e goes"]);
    expect(gate.state).toMatchObject({ circuit: "open", waiting: 0 });
  });

  it("holds back the parked sagas that failed when it opens", () => {
    const { clock, enter, park, resumed, fail, leave } = setUpGate({ callsInFlightMax: 1 });
    fail("answer", "a", "b");
    enter("c");
    for (const id of ["a", "new"]) park(id);
    leave("c", "answer");
    expect(resumed).toEqual(["new"]);
    enter("new");
    leave("new", "answer");
    clock.advanceBy(100);
    expect(resumed).toEqual(["new", "a"]);
  });

  it("lets one trial at a time of those held back through, after a time that doubles up to a limit", () => {
    const { clock, enter, fail, circuits, leave } = setUpGate();
    fail("answer", "a", "b", "c");
    for (const waits of [100, 200, 300, 300]) {
      clock.advanceBy(waits - 1);
      expect(enter("a")).toBe("held");
      clock.advanceBy(1);
      expect([enter("a"), enter("b")]).toEqual(["go", "held"]);
      leave("a", "answer");
    }
    expect(circuits.slice(0, 5)).toEqual(["open", "half-open", "open", "half-open", "open"]);
  });

  it("lets a saga try within a quarter of its deadline", () => {
    const { gate, clock, enter, fail, leave } = setUpGate();
    const hasty = { deadlineMs: 200 };
    fail("answer", "a", "b");
    enter("c", hasty);
    leave("c", "answer");
    expect(gate.state.nextTrialAt).toBe(clock.now() + 50);
  });

  it("closes at a clear answer, and starts from the shortest time when it opens again", () => {
    const { gate, clock, enter, fail, leave } = setUpGate();
    fail("answer", "a", "b", "c");
    clock.advanceBy(100);
    enter("a");
    leave("a", "answer");
    clock.advanceBy(200);
    enter("b");
    leave("b", "clear");
    expect(gate.state).toEqual({ participant: "payments", circuit: "closed", callsInFlight: 0, waiting: 0, failures: 0 });
    fail("answer", "a", "b", "c");
    expect(gate.state.nextTrialAt).toBe(clock.now() + 100);
  });

  it("closes when a call that was under way when it opened gets a clear answer", () => {
    const { gate, enter, fail, clock, leave } = setUpGate();
    enter("z");
    fail("silence", "a", "b", "c");
    leave("z", "clear");
    expect(gate.state.circuit).toBe("closed");
    fail("silence", "a", "b", "c");
    // The alarm of the first time is off.
    clock.advanceBy(99);
    expect(gate.state.circuit).toBe("open");
  });

  it("resumes those held back in turn as its trials, and all when it closes, within the limit of concurrent calls", async () => {
    const { gate, clock, enter, fail, park, resumed, leave } = setUpGate();
    const all = ["a", "b", "c", "d", "e"];
    fail("answer", ...all);
    for (const id of all) park(id);
    gate.forget("b");
    expect([gate.state.waiting, resumed]).toEqual([4, []]);
    clock.advanceBy(100);
    expect(resumed).toEqual(["a"]);
    // Another one that comes first does not take its turn.
    expect([enter("b"), enter("a")]).toEqual(["held", "go"]);
    leave("a", "answer");
    park("a");
    clock.advanceBy(200);
    expect(resumed).toEqual(["a", "c"]);
    expect(enter("c")).toBe("go");
    leave("c", "clear");
    expect(resumed).toEqual(["a", "c", "d", "e"]);
    await Promise.resolve();
    await Promise.resolve();
    expect(resumed).toEqual(["a", "c", "d", "e", "a"]);
  });

  it("does not count another call as the trial, and gives the trial to another saga if it is not sent", () => {
    const { gate, clock, enter, leave, fail } = setUpGate();
    enter("old");
    fail("answer", "a", "b", "c");
    clock.advanceBy(100);
    leave("old", "answer");
    expect(gate.state.circuit).toBe("half-open");
    expect(enter("a")).toBe("go");
    leave("a", "unsent");
    expect(gate.state).toMatchObject({ circuit: "half-open", failures: 4 });
    expect(enter("b")).toBe("go");
    leave("b", "answer");
    expect(gate.state.nextTrialAt).toBe(clock.now() + 200);
  });

  it("admits an operator's call while it is open", () => {
    const { gate, enter, fail, leave } = setUpGate();
    fail("answer", "a", "b", "c");
    expect(enter("a", { isInsistent: true })).toBe("go");
    leave("a", "answer");
    expect(gate.state.circuit).toBe("open");
    enter("a", { isInsistent: true });
    leave("a", "clear");
    expect(gate.state.circuit).toBe("closed");
  });

  it("lets an operator's call wait for a place only", () => {
    const { happened, enter, fail, leave } = setUpGate();
    fail("silence", "a", "b", "c");
    enter("d");
    enter("e");
    expect(enter("a", { isInsistent: true })).toBe("queued");
    leave("d", "silence");
    expect(happened).toEqual(["a goes"]);
  });
});

describe("the first attempt of a saga at a participant that fails others", () => {
  const wide = { callsInFlightMax: 64 };
  const many = Array.from({ length: 20 }, (_, index) => `new-${index}`);

  it("is made at once where the last failure was an answer", () => {
    const { enter, fail } = setUpGate(wide);
    fail("answer", "a", "b", "c");
    expect(new Set(many.map((id) => enter(id)))).toEqual(new Set(["go"]));
  });

  it("is made with no more than seven others where it was silence, the oldest saga first", () => {
    const { enter, fail, happened, leave } = setUpGate(wide);
    fail("silence", "a", "b", "c");
    expect(many.slice(0, 8).map((id) => enter(id))).toEqual(Array<string>(8).fill("go"));
    expect([enter("young", { startedAt: 2 }), enter("old", { startedAt: 1 })]).toEqual(["queued", "queued"]);
    leave("new-0", "silence");
    expect(happened).toEqual(["old goes"]);
  });

  it("is made beside a trial, which takes none of the eight", () => {
    const { clock, enter, fail } = setUpGate(wide);
    fail("silence", "a", "b", "c");
    clock.advanceBy(100);
    expect(enter("a")).toBe("go");
    expect(many.slice(0, 9).map((id) => enter(id))).toEqual([...Array<string>(8).fill("go"), "queued"]);
  });

  it("takes none of the eight any more when it is past its deadline", () => {
    const { enter, expire, fail, happened } = setUpGate(wide);
    fail("silence", "a", "b", "c");
    for (const id of many.slice(0, 9)) enter(id);
    expire("new-0");
    expect(happened).toEqual(["new-8 goes"]);
  });

  it("waits no longer once a failure is an answer", () => {
    const { enter, fail, happened, leave } = setUpGate(wide);
    fail("silence", "a", "b", "c");
    for (const id of many) enter(id);
    expect(happened).toEqual([]);
    leave("new-0", "answer");
    expect(happened).toEqual(many.slice(8).map((id) => `${id} goes`));
  });

  it("waits long only where it was silence", () => {
    const { gate, fail } = setUpGate(wide);
    expect(gate.isWaitShort).toBe(true);
    fail("silence", "a", "b", "c");
    expect(gate.isWaitShort).toBe(false);
    fail("answer", "d");
    expect(gate.isWaitShort).toBe(true);
  });

  it("is resumed with no more than seven others where it was silence", () => {
    const { enter, fail, park, resumed, leave } = setUpGate(wide);
    fail("silence", "a", "b", "c");
    for (const id of many.slice(0, 7)) enter(id);
    for (const id of many.slice(7, 12)) park(id);
    expect(resumed).toEqual(["new-7"]);
    enter("new-7");
    leave("new-0", "silence");
    expect(resumed).toEqual(["new-7", "new-8"]);
  });

  it("is not held back although others are", () => {
    const { clock, gate, enter, fail, park } = setUpGate(wide);
    fail("silence", "a", "b", "c");
    for (const id of ["a", "b", "c"]) park(id);
    expect(enter("new")).toBe("go");
    clock.advanceBy(100);
    expect(gate.state).toMatchObject({ circuit: "half-open", waiting: 2 });
    expect(enter("newer")).toBe("go");
  });
});

describe("a saga that is held back and not resumed from the gate", () => {
  it("returns when a trial may be due, and no later than a quarter of its deadline after that", () => {
    const { clock, gate, enter, fail, leave } = setUpGate();
    expect(gate.returnsAt(1_000)).toBe(clock.now() + 100);
    fail("answer", "a", "b", "c");
    expect([gate.returnsAt(Infinity), gate.returnsAt(40)]).toEqual([clock.now() + 100, clock.now() + 100]);
    clock.advanceBy(100);
    enter("a");
    expect([gate.returnsAt(Infinity), gate.returnsAt(40)]).toEqual([clock.now() + 100, clock.now() + 10]);
    leave("a", "answer");
    expect(gate.returnsAt(Infinity)).toBe(clock.now() + 200);
  });
});
