import { describe, expect, it } from "vitest";
import type { ParticipantState } from "../ports/engine.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { type CallEnd, type GateLimits, ParticipantGate, type Queued, type Ticket } from "./participant-gate.ts";

const limits: GateLimits = { callsInFlightMax: 2, failuresMax: 3, openMsBase: 100, openMsMax: 300 };

function setUp() {
  const clock = new SimulatedClock();
  const resumed: string[] = [];
  const circuits: ParticipantState["circuit"][] = [];
  const gate = new ParticipantGate("payments", limits, {
    clock,
    resume: async (sagaId) => {
      resumed.push(sagaId);
    },
    onChange: ({ circuit }) => circuits.push(circuit),
  });
  const admissions: string[] = [];
  const tickets: Ticket[] = [];
  const call = (name: string): Queued => ({
    go: (ticket) => {
      tickets.push(ticket);
      admissions.push(`${name} goes`);
    },
    refuse: () => admissions.push(`${name} is refused`),
  });
  const enter = (name = "call", isInsistent = false) => {
    const admission = gate.enter(call(name), isInsistent);
    if (typeof admission === "string") return admission;
    tickets.push(admission);
    return "go";
  };
  /** The call that came last ends. */
  const leave = (left: CallEnd, ticket = tickets.pop()) => ticket && gate.leave(ticket, left);
  const fail = (times: number) => {
    for (let failure = 0; failure < times; failure += 1) {
      enter();
      leave("unanswered");
    }
  };
  return { gate, clock, resumed, circuits, admissions, call, enter, leave, fail, tickets };
}

describe("the limit of concurrent calls to a participant", () => {
  it("queues the calls beyond it, and admits one when a call ends with any outcome", () => {
    const { gate, enter, admissions, leave } = setUp();
    expect([enter("a"), enter("b"), enter("c"), enter("d")]).toEqual(["go", "go", "queued", "queued"]);
    expect(gate.state).toMatchObject({ callsInFlight: 2, waiting: 2 });
    leave("answered");
    leave("unanswered");
    expect(admissions).toEqual(["c goes", "d goes"]);
    expect(gate.state).toMatchObject({ callsInFlight: 2, waiting: 0 });
  });

  it("never admits a withdrawn call", () => {
    const { gate, enter, admissions, call, leave } = setUp();
    enter();
    enter();
    const withdrawn = call("c");
    gate.enter(withdrawn, false);
    gate.withdraw(withdrawn);
    leave("answered");
    expect(admissions).toEqual([]);
  });
});

describe("a call past its deadline", () => {
  /** The call that came last is past its deadline. */
  const expire = ({ gate, tickets }: ReturnType<typeof setUp>) => {
    const ticket = tickets.pop();
    if (ticket) gate.expire(ticket);
  };

  it("keeps its place until it has returned, and counts as a failure at its deadline", () => {
    const scene = setUp();
    const { gate, enter, admissions } = scene;
    for (const name of ["a", "b", "c"]) enter(name);
    expire(scene);
    expect(gate.state).toMatchObject({ callsInFlight: 2, failures: 1 });
    expect(admissions).toEqual([]);
    gate.free();
    expect(admissions).toEqual(["c goes"]);
    expect(gate.state).toMatchObject({ callsInFlight: 2, failures: 1 });
  });

  it("leaves the others in the queue while one of them can still end, and refuses them when no place may be free again", () => {
    const scene = setUp();
    const { gate, enter, admissions, resumed } = scene;
    for (const name of ["a", "b", "c", "d"]) enter(name);
    expire(scene);
    expect(admissions).toEqual([]);
    expire(scene);
    expect(admissions).toEqual(["c is refused", "d is refused"]);
    expect([enter("e"), enter("operator's", true)]).toEqual(["open", "open"]);
    gate.park("e");
    expect(resumed).toEqual([]);
    gate.free();
    expect(resumed).toEqual(["e"]);
    expect(gate.state).toMatchObject({ circuit: "closed", callsInFlight: 1 });
  });

  it("opens the circuit again if it is the trial call", () => {
    const scene = setUp();
    const { gate, clock, enter, fail } = scene;
    fail(3);
    clock.advanceBy(100);
    enter();
    expire(scene);
    expect(gate.state).toMatchObject({ circuit: "open", nextTrialAt: clock.now() + 200, callsInFlight: 1 });
  });
});

describe("the circuit of a participant", () => {
  it("opens after `failuresMax` calls in a row without an answer, and an answer resets the count", () => {
    const { gate, enter, fail, leave } = setUp();
    fail(2);
    enter();
    leave("answered");
    fail(2);
    expect(gate.state).toMatchObject({ circuit: "closed", failures: 2 });
    fail(1);
    expect(gate.state).toMatchObject({ circuit: "open" });
    expect(enter()).toBe("open");
  });

  it("refuses the queued calls when it opens", () => {
    const { enter, admissions, fail, leave } = setUp();
    fail(2);
    for (const name of ["a", "b", "c", "d"]) enter(name);
    leave("unanswered");
    expect(admissions).toEqual(["c is refused", "d is refused"]);
  });

  it("admits one trial call at a time, after a time that doubles up to a limit", () => {
    const { clock, enter, fail, circuits, leave } = setUp();
    fail(3);
    for (const waits of [100, 200, 300, 300]) {
      clock.advanceBy(waits - 1);
      expect(enter()).toBe("open");
      clock.advanceBy(1);
      expect([enter(), enter()]).toEqual(["go", "open"]);
      leave("unanswered");
    }
    expect(circuits.slice(0, 5)).toEqual(["open", "half-open", "open", "half-open", "open"]);
  });

  it("closes when the trial call is answered, and starts from the shortest time when it opens again", () => {
    const { gate, clock, enter, fail, leave } = setUp();
    fail(3);
    clock.advanceBy(100);
    enter();
    leave("unanswered");
    clock.advanceBy(200);
    enter();
    leave("answered");
    expect(gate.state).toEqual({ participant: "payments", circuit: "closed", callsInFlight: 0, waiting: 0, failures: 0 });
    fail(3);
    expect(gate.state.nextTrialAt).toBe(clock.now() + 100);
  });

  it("closes when a call that was under way when it opened is answered", () => {
    const { gate, enter, fail, clock, leave } = setUp();
    enter();
    fail(3);
    leave("answered");
    expect(gate.state.circuit).toBe("closed");
    fail(3);
    // The alarm of the first time is off.
    clock.advanceBy(99);
    expect(gate.state.circuit).toBe("open");
  });

  it("resumes one waiting saga as its trial, and the others when it closes, within the limit of concurrent calls", async () => {
    const { gate, clock, enter, fail, resumed, leave } = setUp();
    fail(3);
    for (const saga of ["a", "b", "c", "d", "e"]) gate.park(saga);
    gate.forget("b");
    expect(gate.state.waiting).toBe(4);
    expect(resumed).toEqual([]);
    clock.advanceBy(100);
    expect(resumed).toEqual(["a"]);
    expect(enter()).toBe("go");
    leave("answered");
    expect(resumed).toEqual(["a", "c"]);
    await Promise.resolve();
    await Promise.resolve();
    expect(resumed).toEqual(["a", "c", "d", "e"]);
  });

  it("does not count an earlier call as the trial, nor an unsent call as an answer", () => {
    const { gate, clock, enter, tickets, leave } = setUp();
    enter();
    enter();
    const [old] = tickets.splice(0, 1);
    leave("unanswered");
    fail3();
    clock.advanceBy(100);
    expect(gate.state.circuit).toBe("half-open");
    leave("unanswered", old);
    expect(gate.state.circuit).toBe("half-open");
    expect(enter()).toBe("go");
    leave("unsent");
    expect(gate.state).toMatchObject({ circuit: "half-open", failures: 4 });
    expect(enter()).toBe("go");
    leave("unanswered");
    expect(gate.state.nextTrialAt).toBe(clock.now() + 200);

    function fail3() {
      for (const _failure of [1, 2]) {
        enter();
        leave("unanswered");
      }
    }
  });

  it("admits no new call before the queued ones", () => {
    const { gate, enter, admissions, leave } = setUp();
    for (const name of ["a", "b", "c"]) enter(name);
    leave("answered");
    expect(admissions).toEqual(["c goes"]);
    enter("d");
    expect(enter("e")).toBe("queued");
    leave("answered");
    expect(admissions).toEqual(["c goes", "d goes"]);
    expect(gate.state).toMatchObject({ callsInFlight: 2, waiting: 1 });
  });

  it("admits an operator's call while it is open", () => {
    const { gate, enter, fail, leave } = setUp();
    fail(3);
    expect(enter("operator's", true)).toBe("go");
    leave("unanswered");
    expect(gate.state.circuit).toBe("open");
    enter("operator's", true);
    leave("answered");
    expect(gate.state.circuit).toBe("closed");
  });
});
