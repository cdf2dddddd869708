import { describe, expect, it } from "vitest";
import type { Definition } from "../api/replies.ts";
import { answered, eventsOf, orderSteps, sagaOf } from "./samples.ts";
import { whyOf } from "./why.ts";

const definition: Definition = {
  definition: "order",
  version: 2,
  columns: [],
  states: [],
  steps: [...orderSteps],
  transitions: [],
};

const failing = (outcome: string) => ({ last_error: { outcome, reason: "no answer" } });

describe("why a saga is where it is", () => {
  it("names the call in doubt, its participant, its words, and the event that shows it", () => {
    const saga = sagaOf(["done", "done", "done", "unknown"], { status: "needs_intervention" });
    const events = eventsOf({ type: "started", data: {} }, answered("create-payment", "unknown"));
    const steps = saga.steps.map((step) => (step.status === "unknown" ? { ...step, ...failing("unknown") } : step));
    expect(whyOf({ ...saga, steps }, events, definition)).toEqual([
      {
        code: "doubt",
        step: "create-payment",
        participant: "payments",
        undo: false,
        keyed: false,
        evidence: [2],
        words: "no answer",
      },
    ]);
  });

  it("says that a rollback was refused", () => {
    const saga = sagaOf(["undo-refused", "rejected", "pending", "pending"], {
      status: "needs_intervention",
      direction: "compensating",
    });
    expect(whyOf(saga, [], definition)[0]).toMatchObject({ code: "refused-for-good", step: "create-order", undo: true });
  });

  it("says what is retried, how often it failed, and how", () => {
    const saga = sagaOf(["done", "running", "pending", "pending"]);
    const next_attempt_at = "2026-11-23T12:00:09.000Z";
    const steps = saga.steps.map((step) =>
      step.status === "running" ? { ...step, ...failing("unavailable"), attempts: 3, next_attempt_at } : step,
    );
    expect(whyOf({ ...saga, steps }, [], definition)[0]).toMatchObject({
      code: "retrying",
      step: "decrease-stock",
      attempts: 3,
      outcome: "unavailable",
    });
  });

  it("tells the turn of a saga that is undone, with the refusal and the closing record as evidence", () => {
    const saga = sagaOf(["undone", "rejected", "pending", "pending"], { status: "cancelled", direction: "compensating" });
    const turn = { cause: "rejected", step: "decrease-stock", reason: "sold out" };
    const events = eventsOf(
      { type: "started", data: {} },
      answered("decrease-stock", "rejected", { reason: "sold out" }),
      { type: "closing-recorded", data: { turn } },
      answered("create-order", "done", { action: "rollback" }),
    );
    expect(whyOf(saga, events, definition)).toEqual([
      { code: "cancelled", evidence: [4] },
      { code: "turned", turn, evidence: [2, 3], words: "sold out" },
    ]);
  });

  it("leaves to the API's words what it has no sentence for", () => {
    expect(whyOf(sagaOf(["a-new-status"], { status: "needs_intervention" }), [], undefined)[0]).toMatchObject({ code: "asks" });
    expect(whyOf(sagaOf([], { status: "a-new-status" }), [], undefined)[0]).toMatchObject({ code: "asks" });
  });
});
