import { describe, expect, it } from "vitest";
import { marksOf, pictureAfter, pictureNow } from "./picture.ts";
import { answered, eventsOf, orderStepNames, type SampleEvent, sagaOf } from "./samples.ts";

const started = { type: "started", data: { state: "CREATING_ORDER" } };
const marksAfter = (...events: readonly SampleEvent[]) =>
  pictureAfter(orderStepNames, eventsOf(...events)).steps.map(({ run, undo }) => (undo === undefined ? run : `${run}/${undo}`));

describe("the picture after some events", () => {
  it("has the first step under way after the start, and the next one after each that is done", () => {
    expect(marksAfter(started)).toEqual(["under-way", "pending", "pending", "pending"]);
    expect(marksAfter(started, answered("create-order", "done"))).toEqual(["done", "under-way", "pending", "pending"]);
  });

  it("keeps what is in doubt, and puts nothing after it under way", () => {
    expect(marksAfter(started, answered("create-order", "unknown"))).toEqual(["unknown", "pending", "pending", "pending"]);
  });

  it("shows a refused step, and after the closing record the undoing of what was done, in reverse", () => {
    const refused = [started, answered("create-order", "done"), answered("decrease-stock", "rejected")] as const;
    expect(marksAfter(...refused)).toEqual(["done", "rejected", "pending", "pending"]);
    const closing = { type: "closing-recorded", data: { state: "CANCELLING_ORDER" } };
    expect(marksAfter(...refused, closing)).toEqual(["done/undoing", "rejected", "pending", "pending"]);
    expect(marksAfter(...refused, closing, answered("create-order", "done", { action: "rollback" }))[0]).toBe("done/undone");
  });

  it("takes what a person said as the outcome of the call that was asked about", () => {
    const resolved = { type: "resolved", step: "create-order", data: { applied: true, state: "DECREASING_STOCK" } };
    expect(marksAfter(started, answered("create-order", "unknown"), resolved)).toEqual([
      "done",
      "under-way",
      "pending",
      "pending",
    ]);
  });

  it("counts failures that were told as one", () => {
    const compacted = {
      type: "compacted",
      step: "create-order",
      data: { action: "run", failures: 7, last: { outcome: "unavailable", reason: "503" } },
    };
    const [first] = pictureAfter(orderStepNames, eventsOf(started, compacted)).steps;
    expect(first).toMatchObject({ run: "unavailable", attempts: [{ count: 7, reason: "503" }] });
  });

  it("is not disturbed by an event, a step or an outcome that it does not know", () => {
    const strange = [
      { type: "teleported", step: "create-order", data: { state: "ELSEWHERE" } },
      answered("a-new-step", "done"),
      answered("create-order", "perhaps"),
    ];
    expect(marksAfter(started, ...strange)).toEqual(["perhaps", "pending", "pending", "pending"]);
    expect(pictureAfter(orderStepNames, eventsOf(started, ...strange)).seq).toBe(4);
  });
});

describe("the picture of now", () => {
  it("believes the saga, also where its history is not read yet", () => {
    const picture = pictureNow(sagaOf(["done", "undone", "skipped", "a-new-status"], { direction: "compensating" }), []);
    expect(picture.steps.map(({ run, undo }) => [run, undo])).toEqual([
      ["done", undefined],
      ["done", "undone"],
      ["skipped", undefined],
      ["a-new-status", undefined],
    ]);
    expect(picture.isTurned).toBe(true);
  });

  it("shows a failing call by what failed while it waits for its next attempt", () => {
    const last_error = { outcome: "unavailable", reason: "503" };
    const step = { step: "create-order", attempts: 2, last_error, next_attempt_at: "2026-11-23T12:00:05.000Z" };
    expect(marksOf({ ...step, status: "running" })).toEqual({ run: "unavailable", undo: undefined });
    expect(marksOf({ ...step, status: "undoing" })).toEqual({ run: "done", undo: "unavailable" });
  });
});
