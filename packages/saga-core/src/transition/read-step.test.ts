import { describe, expect, it } from "vitest";
import { Controller } from "../definition/controller.ts";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { defaultPolicy } from "../definition/policy.ts";
import { answered, controllerOf, decide, pivotRecorded } from "../testing/sample-events.ts";
import type { StepScript } from "../testing/scripted-saga.ts";
import type { SagaEvent } from "./event.ts";
import { stateOf } from "./view.ts";

const steps = (keyed: boolean): readonly StepScript[] => [
  { step: "order", kind: "compensatable", keyed },
  { step: "price", kind: "read", keyed },
  { step: "pay", kind: "pivot", keyed },
];
const keyed = controllerOf(steps(true));
const unkeyed = controllerOf(steps(false));
const woken: SagaEvent = { type: "woken", at: 2_000 };
const resumed: SagaEvent = { type: "resumed", at: 2 };

const calls = (decision: ReturnType<typeof decide>) =>
  decision.commands.flatMap((command) =>
    "after" in command && "step" in command ? [`${command.step}/${command.type} after ${command.after}`] : [],
  );
const statuses = (decision: ReturnType<typeof decide>) => decision.saga.steps.map(({ status }) => status);

describe("a read", () => {
  it("waits for no record at a keyed participant, and no record of the pivot is written ahead over it", () => {
    const decision = decide(keyed, answered("order", done()));
    expect(calls(decision)).toEqual(["price/run after 1"]);
    expect(decision.saga.pivotRecord).toBeUndefined();
  });

  it("waits for the outcome of the unkeyed step before it, so that its result is durable before anything else is requested", () => {
    expect(calls(decide(unkeyed, answered("order", done())))).toEqual(["price/run after 2"]);
  });

  it("gives a result that is durable before the next call, together with the record of the pivot", () => {
    const read = [answered("order", done()), answered("price", done({ price: 1 }))];
    expect(calls(decide(keyed, ...read, pivotRecorded))).toEqual(["pay/run after 4"]);
    expect(decide(keyed, ...read).saga.barrier).toBe(3);
  });

  it.for([unknown("no answer"), unknown("no answer", { defect: true }), unavailable("away")])(
    "is repeated and never in doubt after the outcome %o, also at an unkeyed participant",
    (outcome) => {
      const decision = decide(unkeyed, answered("order", done()), answered("price", outcome));
      expect(decision.saga.steps[1]).toMatchObject({ status: "running", lastError: { outcome: "unavailable" } });
      expect(decision.saga.steps[1]).not.toHaveProperty("inDoubtSince");
      expect(decision.saga.phase.name).toBe("forward");
      expect(calls(decide(unkeyed, answered("order", done()), answered("price", outcome), woken))).toEqual(["price/run after 2"]);
    },
  );

  it("turns the saga back when it is refused, and the saga passes through the state of the next step", () => {
    const decision = decide(keyed, answered("order", done()), answered("price", rejected("no price")));
    expect(statuses(decision)).toEqual(["done", "rejected", "pending"]);
    expect(stateOf(keyed, decision.saga)).toBe("DOING_PAY");
    expect(decision.saga.phase).toEqual({ name: "settling", turn: { cause: "rejected", step: "price", reason: "no price" } });
  });

  it("is skipped when the saga turns back before it was made, and it is not undone", () => {
    const late: SagaEvent = { type: "woken", at: defaultPolicy.deadlineMs };
    const waiting = [answered("order", done()), answered("price", unavailable("away"))];
    expect(statuses(decide(keyed, ...waiting, late))).toEqual(["done", "skipped", "pending"]);
    const closed = decide(keyed, ...waiting, late, { type: "closing-recorded", at: defaultPolicy.deadlineMs });
    expect(calls(closed)).toEqual(["order/rollback after 5"]);
  });

  it("stops the doubt of a restart: nothing after it was sent before its result was durable", () => {
    const four = controllerOf([
      ...steps(true).slice(0, 2),
      { step: "stock", kind: "compensatable" },
      { step: "pay", kind: "pivot" },
    ]);
    expect(statuses(decide(four, resumed))).toEqual(["unknown", "pending", "pending", "pending"]);
    const reading = decide(four, answered("order", done()), resumed);
    expect(statuses(reading)).toEqual(["done", "running", "pending", "pending"]);
    expect(calls(reading)).toEqual(["price/run after 1"]);
  });

  it("has the state of the step before it, and in the first place of the step after it", () => {
    expect(stateOf(keyed, decide(keyed, answered("order", done())).saga)).toBe("DOING_ORDER");
    const first = controllerOf([{ step: "price", kind: "read" }, ...steps(true).slice(2)]);
    expect(stateOf(first, decide(first).saga)).toBe("DOING_PAY");
  });

  it("needs a human when it is refused after the pivot, because there is no way back", () => {
    const after = controllerOf([
      { step: "pay", kind: "pivot" },
      { step: "receipt", kind: "read" },
    ]);
    const decision = decide(after, pivotRecorded, answered("pay", done()), answered("receipt", rejected("none")));
    expect(decision.saga.phase).toMatchObject({ name: "needs-intervention", step: "receipt", reason: "refused" });
    expect(stateOf(after, decision.saga)).toBe("DOING_PAY");
  });

  it("adds no state and no arrow to the chart", () => {
    expect(keyed.chart).toEqual(controllerOf(steps(true).filter(({ kind }) => kind !== "read")).chart);
  });

  it("must be followed by a step with an effect where there is no pivot", () => {
    const build = (kinds: readonly StepScript["kind"][]) => () =>
      controllerOf(kinds.map((kind, index) => ({ step: `step-${"ab"[index] ?? "c"}`, kind })));
    expect(build(["compensatable", "read"])).toThrow('no step with an effect follows the read "step-b"');
    expect(build(["read"])).toThrow('no step with an effect follows the read "step-a"');
    expect(build(["read", "pivot", "read"])()).toBeInstanceOf(Controller);
  });
});
