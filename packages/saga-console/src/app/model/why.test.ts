import { describe, expect, it } from "vitest";
import type { Saga } from "../api/replies.ts";
import { answered, eventsOf, sagaOf } from "./samples.ts";
import { askedStep, whyOf } from "./why.ts";

const doubt: Saga["reasons"][number] = {
  code: "unknown-unkeyed",
  parameters: {
    step: "create-payment",
    action: "run",
    participant: "payments",
    attempts: 2,
    seen: "no answer",
    known: "Look there.",
  },
  events: [6, 7],
};

describe("why a saga is where it is", () => {
  it("is what the API says, with the words of others apart, and the events that show it", () => {
    const [reason] = whyOf(sagaOf(["done", "done", "done", "unknown"], { reasons: [doubt] }), []);
    expect(reason).toMatchObject({
      code: "unknown-unkeyed",
      about: { step: "create-payment", participant: "payments", undo: false, attempts: 2 },
      evidence: [6, 7],
      seen: "no answer",
      known: "Look there.",
    });
  });

  it("has of a turn the words that are in the history alone", () => {
    const reasons = [{ code: "turned-back", parameters: { step: "decrease-stock", cause: "rejected" }, events: [2, 3] }];
    const turn = { cause: "rejected", step: "decrease-stock", reason: "sold out" };
    const events = eventsOf({ type: "started", data: {} }, answered("decrease-stock", "rejected", { reason: "sold out" }), {
      type: "closing-recorded",
      data: { turn },
    });
    const saga = sagaOf(["undone", "rejected", "pending", "pending"], { reasons });
    expect(whyOf(saga, events)).toMatchObject([{ about: { cause: "rejected" }, seen: "sold out", evidence: [2, 3] }]);
    expect(whyOf(saga, [])).toMatchObject([{ about: { cause: "rejected" }, seen: "" }]);
  });

  it("tells no other steps from none that is told", () => {
    const about = (parameters: Record<string, unknown>) =>
      whyOf(sagaOf([], { reasons: [{ code: "refused", parameters, events: [] }] }), [])[0]?.about.steps;
    expect([about({}), about({ steps: [] }), about({ steps: ["create-order"] })]).toEqual([undefined, [], ["create-order"]]);
  });

  it("keeps a code that it does not know, and takes parameters of other types for none", () => {
    const reasons = [{ code: "a-code-of-tomorrow", parameters: { step: 7, attempts: "many", steps: "all" }, events: [] }];
    expect(whyOf(sagaOf([], { reasons }), [])).toMatchObject([
      { code: "a-code-of-tomorrow", about: { step: "", attempts: 0, steps: undefined } },
    ]);
  });
});

describe("the step that a person is asked about", () => {
  it("is the one in doubt, before one that was refused", () => {
    expect(askedStep(sagaOf(["undo-refused", "unknown"]))?.step).toBe("decrease-stock");
    expect(askedStep(sagaOf(["undo-refused", "rejected"]))?.step).toBe("create-order");
  });
});
