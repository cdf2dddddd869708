import { describe, expect, it } from "vitest";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { answered, closingRecorded, controllerOf, decide, pivotRecorded } from "../testing/sample-events.ts";
import { GIVEN_ID, type StepScript } from "../testing/scripted-saga.ts";
import { choicesOf } from "./choices.ts";
import { isCall } from "./command.ts";
import type { SagaEvent } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { stateOf } from "./view.ts";

const reusing: StepScript = {
  step: "order",
  kind: "compensatable",
  keyed: false,
  rollbackIsRepeatable: true,
  rollbackId: "order_id",
};
const steps = (change: Partial<StepScript> = {}): readonly StepScript[] => [
  { ...reusing, ...change },
  { step: "pay", kind: "pivot" },
];
const undoing = [
  answered("order", done({ order_id: GIVEN_ID })),
  pivotRecorded,
  answered("pay", rejected("no funds")),
  closingRecorded,
];
const LATER = 10_000_000;
const rollback = (outcome: Parameters<typeof answered>[1], attempt = 1) =>
  answered("order", outcome, { action: "rollback", attempt });
const later: SagaEvent = { type: "woken", at: LATER };
const atRisk = { member: "order_id", value: GIVEN_ID };

function callAfter(scripts: readonly StepScript[], ...events: readonly SagaEvent[]) {
  return decide(controllerOf(scripts), ...undoing, ...events).commands.find(isCall);
}

describe("a rollback by an id that its participant may give out again", () => {
  it("is sent the first time without a look, because nothing has freed the id", () => {
    expect(callAfter(steps())).toMatchObject({ type: "rollback", attempt: 1 });
    expect(callAfter(steps())).not.toHaveProperty("unlessReused");
  });

  it.for<[string, readonly SagaEvent[]]>([
    ["an unknown outcome", [rollback(unknown("?")), later]],
    [
      "an absence after an unknown outcome",
      [rollback(unknown("?")), later, rollback(unavailable("away"), 2), { ...later, at: 2 * LATER }],
    ],
    ["a refusal, which may come after an unknown outcome", [rollback(rejected("no")), { type: "retry-requested", at: LATER }]],
    ["a crash while it was under way", [{ type: "resumed", at: 2 }]],
  ])("is repeated after %s only if no other saga was given that id", ([, events]) => {
    expect(callAfter(steps(), ...events)).toMatchObject({ type: "rollback", unlessReused: atRisk });
  });

  it.for<[string, Partial<StepScript>]>([
    ["its participant keeps keys", { keyed: true }],
    ["it names no id", { rollbackId: "other_id" }],
  ])("is repeated without a look if %s", ([, change]) => {
    const call = callAfter(steps(change), rollback(unknown("?")), later);
    expect(call).toMatchObject({ type: "rollback", attempt: 2 });
    expect(call).not.toHaveProperty("unlessReused");
  });

  it("is repeated with a look again once its participant has forgotten the key", () => {
    const forgetful = steps({ keyed: true, keyRetentionMs: LATER });
    expect(callAfter(forgetful, rollback(unknown("?")), later)).toMatchObject({ unlessReused: atRisk });
  });
});

describe("a saga whose id was given out again", () => {
  const controller = controllerOf(steps());
  const reused: SagaEvent = { type: "id-reused", at: LATER, step: "order", holder: "other" };
  const { saga } = decide(controller, ...undoing, rollback(unknown("no answer")), later, reused);

  it("needs a human, and the attempt that was not made does not count", () => {
    expect(saga.phase).toMatchObject({ name: "needs-intervention", action: "rollback", reason: "id-reused", holder: "other" });
    expect(saga.steps[0]).toMatchObject({ attempts: 1, calling: false, lastError: { reason: "no answer" } });
    expect(stateOf(controller, saga)).toBe("UNDOING_ORDER");
  });

  it("can be resolved as applied only, because what it would undo is the other saga's", () => {
    const { retry, notApplied, applied, cancel } = choicesOf(controller, saga, 2 * LATER);
    for (const choice of [retry, notApplied])
      expect(choice).toMatchObject({ allowed: false, reason: expect.stringContaining("saga other") });
    expect([applied, cancel]).toEqual([{ allowed: true }, { allowed: true }]);
    const events = [...undoing, rollback(unknown("no answer")), later, reused];
    const resolved = { type: "resolved", at: 2 * LATER, step: "order", action: "rollback", applied: true, result: {} } as const;
    expect(decide(controller, ...events, resolved).saga.phase.name).toBe("cancelled");
  });

  it("is impossible while no rollback of that step is under way", () => {
    expect(() => decide(controller, reused)).toThrow(ImpossibleEvent);
    expect(() => decide(controller, ...undoing, rollback(unknown("?")), reused)).toThrow(ImpossibleEvent);
  });
});
