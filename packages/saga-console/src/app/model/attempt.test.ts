import { describe, expect, it } from "vitest";
import { attemptOf, givenBefore } from "./attempt.ts";
import { answered, eventsOf, type SampleEvent } from "./samples.ts";

const attemptIn = (event: SampleEvent, isClosed = false) => {
  const [first] = eventsOf(event);
  return first && attemptOf(first, isClosed);
};

describe("an attempt", () => {
  it("has when it was sent, how long it took, its key, and what was answered", () => {
    const data = {
      action: "run",
      attempt: 2,
      outcome: "done",
      key: "1/create-order/run",
      sent_at: "2026-11-23T12:00:00.000Z",
      took_ms: 34,
      result: { order_id: 7 },
    };
    expect(attemptIn({ type: "answered", step: "create-order", data })).toMatchObject({
      number: 2,
      outcome: "done",
      isUndo: false,
      key: "1/create-order/run",
      sentAt: "2026-11-23T12:00:00.000Z",
      tookMs: 34,
      result: { order_id: 7 },
    });
  });

  it("has no time and no key where none is recorded, and no result where nothing was given", () => {
    const attempt = attemptIn(answered("create-order", "unavailable", { reason: "503" }));
    expect(attempt).toMatchObject({ reason: "503", sentAt: undefined, tookMs: undefined, key: undefined, result: undefined });
  });

  it("is at undoing if its call was a rollback, or if a person spoke after the closing record", () => {
    const resolved = { type: "resolved", step: "create-order", data: { applied: true, by: "ada", note: "looked" } };
    expect(attemptIn(answered("create-order", "done", { action: "rollback" }))).toMatchObject({ isUndo: true });
    expect(attemptIn(resolved)).toMatchObject({ isUndo: false, by: "ada", reason: "looked", outcome: "done" });
    expect(attemptIn(resolved, true)).toMatchObject({ isUndo: true });
  });

  it("is in no event that is not known, or that is not about a call", () => {
    expect(attemptIn({ type: "woken", data: {} })).toBeUndefined();
    expect(attemptIn({ type: "teleported", step: "create-order", data: { outcome: "done" } })).toBeUndefined();
  });
});

describe("what a step was given", () => {
  it("is the input and what the steps before gave, and nothing of later ones or of undoing", () => {
    const done = (step: string, result: object, action = "run") => ({
      type: "answered",
      step,
      data: { action, outcome: "done", result },
    });
    const events = eventsOf(
      { type: "started", data: { input: { user_id: 1 } } },
      done("create-order", { order_id: 7 }),
      done("decrease-stock", { stock: 3 }),
      done("create-order", { gone: true }, "rollback"),
      done("create-payment", { payment_id: 9 }),
    );
    expect(givenBefore(events, 2)).toEqual({ user_id: 1 });
    expect(givenBefore(events, 5)).toEqual({ user_id: 1, order_id: 7, stock: 3 });
  });
});
