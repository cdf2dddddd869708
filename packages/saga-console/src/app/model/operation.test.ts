import { describe, expect, it } from "vitest";
import { operationOf, writtenEvent } from "./operation.ts";
import { eventsOf, sagaOf } from "./samples.ts";

const saga = sagaOf(["done", "done", "done", "unknown"], { status: "needs_intervention" });
const written = { note: "seen", result: "" };

describe("a choice as a request", () => {
  it("is the route of its operation, with the note", () => {
    expect(operationOf("cancel", saga, written)).toEqual({ route: "cancel", body: { note: "seen" } });
    expect(operationOf("not-applied", saga, written)).toEqual({
      route: "resolve",
      body: { step: "create-payment", applied: false, note: "seen" },
    });
  });

  it("carries what the step gave, where that is an object", () => {
    expect(operationOf("applied", saga, { note: "seen", result: ' {"payment_id": 3} ' })).toEqual({
      route: "resolve",
      body: { step: "create-payment", applied: true, note: "seen", result: { payment_id: 3 } },
    });
  });

  it("is none for a choice that is not known here", () => {
    expect(operationOf("a-new-choice", saga, written)).toBeUndefined();
  });
});

describe("the event that an operation wrote", () => {
  it("is the newest of a person after the one that was last known", () => {
    const events = eventsOf({ type: "retry-requested", data: {} }, { type: "resolved", data: {} }, { type: "resumed", data: {} });
    expect([writtenEvent(events, 0)?.seq, writtenEvent(events, 1)?.seq, writtenEvent(events, 2)]).toEqual([2, 2, undefined]);
  });
});
