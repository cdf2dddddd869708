import { describe, expect, it } from "vitest";
import { answered, controllerOf, started } from "../testing/sample-events.ts";
import type { SagaEvent } from "./event.ts";
import { keyEndsAt } from "./limits.ts";
import type { Saga } from "./saga.ts";
import { termsAt } from "./steps.ts";
import { fold } from "./transition.ts";

const HOUR_MS = 3_600_000;
const terms = { keyRetentionMs: HOUR_MS, arrivesWithinMs: 60_000 };
const controller = controllerOf([
  { step: "order", kind: "compensatable", ...terms },
  { step: "stock", kind: "compensatable", ...terms },
  { step: "pay", kind: "pivot", ...terms },
]);

function folded(rules: 2 | undefined, ...events: readonly SagaEvent[]): Saga {
  const start = started(controller);
  if (start.type !== "started") throw new TypeError("It is no start.");
  const saga = fold(controller, [rules === undefined ? start : { ...start, rules }, ...events]);
  if (!saga) throw new TypeError("There is no saga.");
  return saga;
}

/** From when the key of the step's present action is kept, at the latest. */
function keptFrom(saga: Saga, step: string): number {
  const progress = saga.steps.find((each) => each.step === step);
  if (!progress) throw new TypeError(`There is no step ${step}.`);
  return keyEndsAt(saga, progress, termsAt(saga, step)) - HOUR_MS + terms.arrivesWithinMs;
}

const orderDone: SagaEvent = { ...answered("order", { outcome: "done", result: {} }), at: 1_000 };
const noAnswer: SagaEvent = { ...answered("stock", { outcome: "unknown", reason: "no answer" }), at: 2_000 };
const resumed = (at: number): SagaEvent => ({ type: "resumed", at });

describe("the retention of a key", () => {
  it("counts from the first recorded decision to send it, and not from the start or from a repetition", () => {
    const again: SagaEvent = { type: "woken", at: 9_000 };
    expect(keptFrom(folded(2, orderDone), "stock")).toBe(1_000);
    expect(keptFrom(folded(2, orderDone, noAnswer, again), "stock")).toBe(1_000);
  });

  it("counts from the last record before the restart where a restart puts a key in doubt that no record decided on", () => {
    // The outcome of order and the decision to send stock are lost.
    const saga = folded(2, resumed(50_000));
    expect(saga.steps[1]).toMatchObject({ status: "unknown", inDoubtSince: 50_000 });
    expect(keptFrom(saga, "stock")).toBe(0);
  });

  it("never moves later, however often the saga is resumed", () => {
    const saga = folded(2, orderDone, noAnswer, { type: "woken", at: 9_000 }, resumed(10_000), resumed(20_000));
    expect(keptFrom(saga, "stock")).toBe(1_000);
  });

  it("counts anew for the rollback, which has a key of its own", () => {
    const cancel: SagaEvent = { type: "cancel-requested", at: 3_000 };
    const stockRefused: SagaEvent = { ...answered("stock", { outcome: "rejected", reason: "none" }), at: 4_000 };
    const closing: SagaEvent = { type: "closing-recorded", at: 4_000 };
    expect(keptFrom(folded(2, orderDone, cancel, stockRefused, closing), "order")).toBe(4_000);
  });

  it("counts from the start for a saga that an earlier release began, as its records meant", () => {
    expect(keptFrom(folded(undefined, orderDone, noAnswer), "stock")).toBe(0);
    expect(folded(undefined, orderDone, noAnswer).steps[1]).not.toHaveProperty("notSentBefore");
  });
});
