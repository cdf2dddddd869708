import { describe, expect, it } from "vitest";
import type { Outcome } from "../definition/outcome.ts";
import { rejected, unknown } from "../definition/outcome.ts";
import { answered, closingRecorded, controllerOf, decide } from "../testing/sample-events.ts";
import { choicesOf } from "./choices.ts";
import type { SagaEvent } from "./event.ts";
import { transition } from "./transition.ts";
import { stateOf, statusOf } from "./view.ts";

const controller = controllerOf([
  { step: "order", kind: "compensatable" },
  { step: "stock", kind: "compensatable", refusedRollback: "go-on" },
  { step: "fare", kind: "compensatable", refusedRollback: "go-on" },
  { step: "pay", kind: "pivot" },
]);

const run = (step: string) => answered(step, { outcome: "done", result: {} });
const back = (step: string, outcome: Outcome = { outcome: "done", result: {} }, attempt = 1) =>
  answered(step, outcome, { action: "rollback", attempt });
const refusal = rejected("it was used");
const refusedPay = answered("pay", rejected("no funds"));
const toFare: readonly SagaEvent[] = [
  run("order"),
  run("stock"),
  run("fare"),
  { type: "pivot-recorded", at: 1 },
  refusedPay,
  closingRecorded,
];

describe("a refused rollback that lets the earlier ones go on", () => {
  it("is left for later, and the step before it is undone next", () => {
    const { saga, commands } = decide(controller, ...toFare, back("fare", refusal));
    expect(saga.steps[2]).toMatchObject({ status: "undo-refused", lastError: { outcome: "rejected" } });
    expect(statusOf(saga)).toBe("running");
    expect(commands).toMatchObject([{ type: "rollback", step: "stock" }]);
  });

  it("needs a human when nothing else is left to undo: the last step first, and never is its saga cancelled before", () => {
    const both = [back("fare", refusal), back("stock", refusal), back("order")];
    const asking = decide(controller, ...toFare, ...both).saga;
    expect(asking.phase).toMatchObject({ name: "needs-intervention", step: "fare", action: "rollback", reason: "refused" });
    const applied = (step: string): SagaEvent => {
      return { type: "resolved", at: 2, step, action: "rollback", applied: true, result: {} };
    };
    const next = transition(controller, asking, applied("fare")).saga;
    expect(next.phase).toMatchObject({ name: "needs-intervention", step: "stock" });
    expect(transition(controller, next, applied("stock")).saga.phase.name).toBe("cancelled");
  });

  it("stays in the state that undoing has come to, so that its chart has every change", () => {
    const asking = decide(controller, ...toFare, back("fare", refusal), back("stock"), back("order")).saga;
    expect(stateOf(controller, asking)).toBe("UNDOING_ORDER");
    const again = transition(controller, asking, { type: "retry-requested", at: 2 }).saga;
    expect(stateOf(controller, again)).toBe("UNDOING_ORDER");
  });

  it("is sent again if a person retries it, or says that it was not applied", () => {
    const asking = decide(controller, ...toFare, back("fare", refusal), back("stock"), back("order")).saga;
    const choices = choicesOf(controller, asking, 2);
    expect([choices.retry, choices.applied, choices.notApplied].map(({ allowed }) => allowed)).toEqual([true, true, true]);
    const retried = transition(controller, asking, { type: "retry-requested", at: 2 });
    expect(retried.commands).toMatchObject([{ type: "rollback", step: "fare", attempt: 2 }]);
    const no: SagaEvent = { type: "resolved", at: 2, step: "fare", action: "rollback", applied: false, result: {} };
    expect(transition(controller, asking, no).commands).toMatchObject([{ type: "rollback", step: "fare", attempt: 1 }]);
  });

  it("does not go on where the outcome is unknown, nor where the step does not declare it", () => {
    expect(decide(controller, ...toFare, back("fare", unknown("no answer"))).saga.steps[2]?.status).toBe("undoing");
    const before = [...toFare, back("fare"), back("stock"), back("order", refusal)];
    expect(decide(controller, ...before).saga.phase).toMatchObject({ name: "needs-intervention", step: "order" });
  });
});
