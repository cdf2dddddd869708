import { describe, expect, it } from "vitest";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { defaultPolicy } from "../definition/policy.ts";
import {
  answered,
  closingRecorded,
  controllerOf,
  decide,
  pivotRecorded,
  sampleSteps as steps,
} from "../testing/sample-events.ts";
import type { StepScript } from "../testing/scripted-saga.ts";
import type { Decision } from "./decide.ts";
import type { SagaEvent } from "./event.ts";
import { isDoubtOfRestart } from "./resumed.ts";
import type { Saga } from "./saga.ts";
import { transition } from "./transition.ts";

describe("after a restart", () => {
  const resumed: SagaEvent = { type: "resumed", at: 2 };
  const four: readonly StepScript[] = steps.toSpliced(2, 0, { step: "gift", kind: "compensatable" });
  const statuses = ({ saga }: Decision) => saga.steps.map(({ status }) => status);

  it("every keyed step before the pivot may have been sent, and so may the pivot if its record stands", () => {
    expect(statuses(decide(controllerOf(four), answered("order", done()), resumed))).toEqual([
      "done",
      "unknown",
      "unknown",
      "pending",
    ]);
    const ahead = [answered("order", done()), answered("stock", done()), pivotRecorded, resumed];
    expect(statuses(decide(controllerOf(four), ...ahead))).toEqual(["done", "done", "unknown", "unknown"]);
  });

  it("only the call that was under way at the turn is in doubt, because nothing was sent after it", () => {
    const turned: SagaEvent = { type: "woken", at: defaultPolicy.deadlineMs };
    const later: SagaEvent = { type: "resumed", at: defaultPolicy.deadlineMs };
    expect(statuses(decide(controllerOf(four), answered("order", done()), turned, later))).toEqual([
      "done",
      "unknown",
      "pending",
      "pending",
    ]);
  });

  it("the steps after a pivot that is being settled may have been sent, because the pivot's answer need not be durable first", () => {
    const whole: readonly StepScript[] = [...steps, { step: "mail", kind: "retriable" }];
    const late: SagaEvent = { type: "woken", at: defaultPolicy.deadlineMs };
    const lost: SagaEvent = { ...answered("pay", unknown("lost")), at: defaultPolicy.deadlineMs };
    const pivotSent = [answered("order", done()), pivotRecorded, answered("stock", done()), late, lost];
    const decision = decide(controllerOf(whole), ...pivotSent, { type: "resumed", at: defaultPolicy.deadlineMs });
    expect(decision.saga.phase.name).toBe("settling");
    expect(statuses(decision)).toEqual(["done", "done", "unknown", "unknown"]);
  });

  it("nothing was sent after an unkeyed step whose outcome is not recorded", () => {
    const unkeyed = controllerOf(four.map((step) => ({ ...step, keyed: step.step !== "stock" })));
    const decision = decide(unkeyed, answered("order", done()), resumed);
    expect(statuses(decision)).toEqual(["done", "unknown", "pending", "pending"]);
    expect(decision.commands).toEqual([{ type: "rest", after: 3 }]);
  });

  it("a call without an outcome is in doubt because of the restart, whatever an earlier attempt without effect was answered", () => {
    const unkeyed = controllerOf(steps.map((step) => ({ ...step, keyed: false })));
    const again: SagaEvent = { type: "woken", at: 1_000 };
    const { saga } = decide(unkeyed, answered("order", unavailable("busy")), again, { type: "resumed", at: 1_001 });
    expect(saga.phase.name).toBe("needs-intervention");
    expect(saga.steps[0]?.lastError?.reason).toBe("the orchestrator restarted before an outcome was recorded");
    expect(isDoubtOfRestart(saga)).toBe(true);
  });

  it("a call that was in doubt before is in doubt because of its answer", () => {
    const probed = controllerOf(steps.map((step) => ({ ...step, keyed: false, probes: true })));
    const { saga } = decide(probed, answered("order", unknown("half an answer")), { type: "resumed", at: 2 });
    expect(saga.steps[0]?.lastError?.reason).toBe("half an answer");
    const { saga: unresumed } = decide(
      controllerOf(steps.map((step) => ({ ...step, keyed: false }))),
      answered("order", unknown("lost")),
    );
    expect([unresumed.phase.name, isDoubtOfRestart(unresumed)]).toEqual(["needs-intervention", false]);
  });
});

describe("rollbacks that were sent before a crash, and whose records it lost", () => {
  const twoUndone = [
    answered("order", done()),
    pivotRecorded,
    answered("stock", done()),
    answered("pay", rejected("no funds")),
    closingRecorded,
  ];
  const inDoubt = (saga: Saga | undefined) =>
    saga?.steps.filter(({ inDoubtSince }) => inDoubtSince !== undefined).map(({ step }) => step);

  it("are all in doubt if they are keyed, because keyed ones are sent without waiting for the disk", () => {
    const { saga } = decide(controllerOf(), ...twoUndone, { type: "resumed", at: 9 });
    expect(inDoubt(saga)).toEqual(["order", "stock"]);
    const after = transition(controllerOf(), saga, answered("stock", done(), { action: "rollback", attempt: 2 }));
    expect(inDoubt(after.saga)).toEqual(["order"]);
  });

  it("are in doubt up to the first unkeyed one, which is durable before it is sent", () => {
    const controller = controllerOf(steps.map((step) => ({ ...step, keyed: step.step !== "order" })));
    const { saga } = decide(controller, ...twoUndone, { type: "resumed", at: 9 });
    expect(inDoubt(saga)).toEqual(["stock"]);
  });
});

describe("after an engine parked a saga", () => {
  const parked: SagaEvent = { type: "parked", at: 2 };

  it("an unsent call is not in doubt, and the next call waits until `resumed` is durable", () => {
    const decision = decide(controllerOf(), answered("order", done()), pivotRecorded, parked, { type: "resumed", at: 3 });
    expect(decision.saga.steps).toMatchObject([{ status: "done" }, { status: "running", attempts: 1 }, { status: "pending" }]);
    expect(decision.commands).toContainEqual({ type: "run", step: "stock", attempt: 1, after: 5 });
  });

  it("a saga whose deadline passed meanwhile is undone without another run: its pivot was certainly not sent", () => {
    const late: SagaEvent = { type: "resumed", at: defaultPolicy.giveUpMs };
    const decision = decide(controllerOf(), answered("order", done()), pivotRecorded, answered("stock", done()), parked, late);
    expect(decision.saga).toMatchObject({ phase: { name: "settling", turn: { cause: "deadline" } } });
    expect(decision.saga.pivotRecord).toBeUndefined();
    expect(decision.commands).toEqual([{ type: "record", event: "closing-recorded" }]);
  });
});
