import { describe, expect, it } from "vitest";
import { setUpGate } from "../testing/gate-set-up.ts";

describe("the limit of concurrent calls to a participant", () => {
  it("queues the calls beyond it, and admits one when a call ends with any outcome", () => {
    const { gate, enter, happened, leave } = setUpGate();
    expect(["a", "b", "c", "d"].map((id) => enter(id))).toEqual(["go", "go", "queued", "queued"]);
    expect(gate.state).toMatchObject({ callsInFlight: 2, waiting: 2 });
    leave("a", "clear");
    leave("b", "silence");
    expect(happened).toEqual(["c goes", "d goes"]);
    expect(gate.state).toMatchObject({ callsInFlight: 2, waiting: 0 });
  });

  it("never admits a withdrawn call", () => {
    const { gate, enter, happened, call, callerOf, leave } = setUpGate();
    enter("a");
    enter("b");
    for (const isInsistent of [false, true]) {
      const withdrawn = call("c");
      gate.enter(withdrawn, callerOf("c", { isInsistent }));
      gate.withdraw(withdrawn);
    }
    leave("a", "clear");
    expect([happened, gate.state.waiting]).toEqual([[], 0]);
  });

  it("admits the saga that started first, whether it waits in memory or not, and no new call before them", async () => {
    const { gate, enter, happened, park, resumed, leave } = setUpGate();
    enter("a");
    enter("b");
    enter("young", { startedAt: 3 });
    park("middle", { startedAt: 2 });
    enter("old", { startedAt: 1 });
    leave("a", "clear");
    expect([happened, resumed]).toEqual([["old goes"], []]);
    leave("b", "clear");
    expect(resumed).toEqual(["middle"]);
    // Its place is kept.
    expect(enter("new", { startedAt: 4 })).toBe("queued");
    expect(enter("middle", { startedAt: 2 })).toBe("go");
    leave("old", "clear");
    expect(happened).toEqual(["old goes", "young goes"]);
    expect(gate.state).toMatchObject({ callsInFlight: 2, waiting: 1 });
  });

  it("gives the place of a saga that does not come to the next one", async () => {
    const { enter, park, resumed, leave } = setUpGate({ callsInFlightMax: 1 });
    enter("a");
    for (const id of ["b", "c"]) park(id);
    leave("a", "clear");
    expect(resumed).toEqual(["b"]);
    await Promise.resolve();
    await Promise.resolve();
    expect(resumed).toEqual(["b", "c"]);
  });
});

describe("a call past its deadline", () => {
  it("keeps its place until it has returned, and is a silence at its deadline", () => {
    const { gate, enter, expire, happened } = setUpGate();
    for (const id of ["a", "b", "c"]) enter(id);
    expire("a");
    expect(gate.state).toMatchObject({ callsInFlight: 2, failures: 1, lastFailure: "silence" });
    expect(happened).toEqual([]);
    gate.free();
    expect(happened).toEqual(["c goes"]);
    expect(gate.state).toMatchObject({ callsInFlight: 2, failures: 1 });
  });

  it("lets no call wait in memory once such calls have every place, be it an operator's: none may be free again", () => {
    const { gate, enter, expire, happened, park, resumed } = setUpGate();
    for (const id of ["a", "b", "c", "d"]) enter(id);
    enter("operator's", { isInsistent: true });
    expire("a");
    expect(happened).toEqual([]);
    expire("b");
    expect(happened).toEqual(["operator's is refused", "c is refused", "d is refused"]);
    expect([enter("e"), enter("operator's", { isInsistent: true })]).toEqual(["held", "held"]);
    park("e");
    expect(resumed).toEqual([]);
    gate.free();
    expect(resumed).toEqual(["e"]);
    expect(gate.state).toMatchObject({ circuit: "closed", callsInFlight: 1 });
  });

  it("opens the circuit again if it is the trial", () => {
    const { gate, clock, enter, expire, fail } = setUpGate();
    fail("answer", "a", "b", "c");
    clock.advanceBy(100);
    enter("a");
    expire("a");
    expect(gate.state).toMatchObject({ circuit: "open", nextTrialAt: clock.now() + 200, callsInFlight: 1 });
  });
});
