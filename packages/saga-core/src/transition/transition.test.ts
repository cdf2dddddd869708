import { describe, expect, it } from "vitest";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { defaultPolicy } from "../definition/policy.ts";
import {
  answered,
  closingRecorded,
  controllerOf,
  decide,
  pivotRecorded,
  started,
  sampleSteps as steps,
} from "../testing/sample-events.ts";
import { ScriptedController } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import type { SagaEvent } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { transition } from "./transition.ts";
import { directionOf, stateOf, statusOf } from "./view.ts";

describe("the record that must be durable first (rule 5)", () => {
  const ordered = [answered("order", done())];
  const stocked = [...ordered, pivotRecorded, answered("stock", done())];

  it("is the start, before the first call", () => {
    expect(decide(controllerOf()).commands).toContainEqual({ type: "run", step: "order", attempt: 1, after: 1 });
  });

  it("is only the start, before a keyed step", () => {
    expect(decide(controllerOf(), ...ordered).commands).toContainEqual({ type: "run", step: "stock", attempt: 1, after: 1 });
  });

  it("is the pivot's record, which is written while the step before it is under way", () => {
    expect(decide(controllerOf(), ...ordered).commands).toContainEqual({ type: "record", event: "pivot-recorded" });
    expect(decide(controllerOf(), ...stocked).commands).toContainEqual({ type: "run", step: "pay", attempt: 1, after: 3 });
  });

  it("is the closing record, before the first rollback", () => {
    const refused = [...stocked, answered("pay", rejected("no funds"))];
    expect(decide(controllerOf(), ...refused).commands).toEqual([{ type: "record", event: "closing-recorded" }]);
    expect(decide(controllerOf(), ...refused, closingRecorded).commands).toContainEqual({
      type: "rollback",
      step: "stock",
      attempt: 1,
      after: 6,
      turn: { cause: "rejected", step: "pay", reason: "no funds" },
    });
  });

  it("is each unkeyed attempt before its call, and its outcome before the next call", () => {
    const unkeyed = controllerOf(steps.map((step) => ({ ...step, keyed: step.step !== "stock" })));
    expect(decide(unkeyed, ...ordered).commands).toContainEqual({ type: "run", step: "stock", attempt: 1, after: 2 });
    expect(decide(unkeyed, ...stocked).commands).toContainEqual({ type: "run", step: "pay", attempt: 1, after: 4 });
  });

  it("is the end, before the saga comes to rest", () => {
    expect(decide(controllerOf(), ...stocked, answered("pay", done())).commands).toEqual([{ type: "rest", after: 5 }]);
  });

  it("is the pivot's record after the start, if the pivot is the first step", () => {
    const controller = controllerOf([{ step: "pay", kind: "pivot" }]);
    expect(decide(controller).commands).toEqual([{ type: "record", event: "pivot-recorded" }]);
    expect(decide(controller, pivotRecorded).commands).toContainEqual({ type: "run", step: "pay", attempt: 1, after: 2 });
  });
});

describe("a turn to compensation", () => {
  const underWay = [answered("order", done()), pivotRecorded];

  it("voids the record of a pivot that is certainly unsent", () => {
    expect(decide(controllerOf(), ...underWay).saga.pivotRecord).toBe(3);
    expect(decide(controllerOf(), ...underWay, answered("stock", rejected("none"))).saga.pivotRecord).toBeUndefined();
    const late: SagaEvent = { type: "woken", at: defaultPolicy.deadlineMs };
    expect(decide(controllerOf(), ...underWay, late).saga.pivotRecord).toBeUndefined();
  });

  it("keeps the record of a pivot that may have been sent", () => {
    const sent = [...underWay, answered("stock", done())];
    const late: SagaEvent = { type: "woken", at: defaultPolicy.deadlineMs };
    expect(decide(controllerOf(), ...sent, late).saga).toMatchObject({ phase: { name: "settling" }, pivotRecord: 3 });
  });

  it("settles the steps that a crash left in doubt in forward order, and stops at the first refusal", () => {
    const crashed = [...underWay, { type: "resumed", at: defaultPolicy.deadlineMs } satisfies SagaEvent];
    const settling = decide(controllerOf(), ...crashed);
    expect(settling.saga.steps.map(({ status }) => status)).toEqual(["done", "unknown", "unknown"]);
    expect(settling.commands).toEqual([{ type: "run", step: "stock", attempt: 2, after: 1 }]);
    const refused = decide(controllerOf(), ...crashed, answered("stock", rejected("none"), { attempt: 2 }));
    expect(refused.saga.steps.map(({ status }) => status)).toEqual(["done", "rejected", "pending"]);
    expect(refused.commands).toEqual([{ type: "record", event: "closing-recorded" }]);
  });
});

describe("a probe", () => {
  const controller = controllerOf([
    { step: "order", kind: "compensatable", keyed: false, probes: true, arrivesWithinMs: 100, callTimeoutMs: 50 },
  ]);
  const lost: SagaEvent = { ...answered("order", unknown("lost")), at: 0 };
  const looked = (at: number): SagaEvent => {
    const outcome = rejected("not there");
    return { type: "answered", at, step: "order", action: "probe", attempt: 2, outcome, random: 0 };
  };
  const at = (instant: number): SagaEvent => ({ type: "woken", at: instant });

  it("proves nothing if it was sent while the attempt could still arrive, even if its answer comes later", () => {
    const { saga } = decide(controller, lost, at(60), looked(200));
    expect(saga.steps[0]).toMatchObject({ status: "unknown", inDoubtSince: 0 });
  });

  it("proves that the step was not applied if it was sent after the attempt could arrive", () => {
    const { saga } = decide(controller, lost, at(100), looked(200));
    expect(saga.steps[0]).toMatchObject({ status: "running", attempts: 1 });
    expect(saga.steps[0]).not.toHaveProperty("inDoubtSince");
  });
});

describe("a wait", () => {
  it("ends at the time of giving up, even if Retry-After is later", () => {
    const controller = new ScriptedController(steps, new ScriptedWorld(), { deadlineMs: 1_000, giveUpMs: 5_000 });
    const late: SagaEvent = { type: "woken", at: 1_000 };
    const { commands } = decide(controller, late, answered("order", unknown("lost", { retryAfterMs: 60_000 })));
    expect(commands).toEqual([{ type: "wait", until: 5_000 }]);
  });
});

describe("an event that cannot happen", () => {
  const ended = [answered("order", rejected("no")), closingRecorded];
  it.for<[string, SagaEvent[]]>([
    ["any event to a saga that has ended", [...ended, { type: "woken", at: 2 }]],
    ["a late answer to a saga that has ended", [...ended, answered("order", done())]],
    ["a second start", [{ ...started(controllerOf()) }]],
    ["an answer to a call that is not under way", [answered("stock", done())]],
    ["an answer to another attempt", [answered("order", done(), { attempt: 2 })]],
    ["a second pivot record", [answered("order", done()), pivotRecorded, pivotRecorded]],
    ["a pivot record after the turn", [answered("order", rejected("no")), pivotRecorded]],
    [
      "anything but its resumption to a parked saga",
      [
        { type: "parked", at: 2 },
        { type: "woken", at: 3 },
      ],
    ],
    ["a closing record while the saga goes forward", [closingRecorded]],
  ])("is %s", ([, events]) => {
    expect(() => decide(controllerOf(), ...events)).toThrow(ImpossibleEvent);
  });

  it("is an event before the start", () => {
    expect(() => transition(controllerOf(), undefined, { type: "woken", at: 0 })).toThrow(ImpossibleEvent);
  });
});

describe("a transition", () => {
  it("is pure: the same arguments give the same decision, and the saga passed in is left as it was", () => {
    const controller = controllerOf();
    const { saga } = decide(controller, answered("order", done()));
    const frozen = deepFreeze(structuredClone(saga));
    const event = answered("stock", unknown("lost"));
    expect(transition(controller, frozen, event)).toEqual(transition(controller, saga, event));
  });

  it("gives the saga a state, status and direction in the definition's words", () => {
    const controller = controllerOf();
    const shown = (...events: readonly SagaEvent[]) => {
      const { saga } = decide(controller, ...events);
      return [stateOf(controller, saga), statusOf(saga), directionOf(saga)];
    };
    const ordered = answered("order", done());
    expect(shown()).toEqual(["DOING_ORDER", "running", "forward"]);
    expect(shown(ordered, answered("stock", unavailable("away")))).toEqual(["DOING_STOCK", "running", "forward"]);
    expect(shown(ordered, answered("stock", rejected("none")), closingRecorded)).toEqual([
      "UNDOING_ORDER",
      "running",
      "compensating",
    ]);
    const refused = [
      ordered,
      answered("stock", rejected("none")),
      closingRecorded,
      answered("order", rejected("no"), { action: "rollback" }),
    ];
    expect(shown(...refused)).toEqual(["UNDOING_ORDER", "needs_intervention", "compensating"]);
  });
});

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
