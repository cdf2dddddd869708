import { describe, expect, it } from "vitest";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { answered, closingRecorded, controllerOf, decide, pivotRecorded, started } from "../testing/sample-events.ts";
import { readEvent } from "./read-event.ts";
import type { Saga } from "./saga.ts";
import { fold } from "./transition.ts";

describe("an event read from a record", () => {
  const controller = controllerOf();
  const { saga } = decide(controller);

  it("equals the event that was written", () => {
    const outcomes = [done(), rejected("r"), unavailable("u", { retryAfterMs: 5 }), unknown("?", { defect: true })];
    const events = [
      started(controller),
      pivotRecorded,
      closingRecorded,
      { type: "id-reused", at: 1, step: "order", holder: "other" } as const,
      ...outcomes.map((outcome) => answered("order", outcome)),
    ];
    for (const event of events) expect(readEvent(controller, JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  it.for<[string, unknown, string]>([
    ["not an object", 7, "the record"],
    ["without a time", { type: "woken" }, '"at" is not a number'],
    ["of an unknown type", { type: "exploded", at: 1 }, '"exploded"'],
    ["with an action that is none", { ...answered("order", done()), action: "jump" }, '"action"'],
    ["with an outcome that is none", { ...answered("order", done()), outcome: { outcome: "maybe" } }, '"outcome"'],
    ["of a step that is none", answered("nothing", done()), '"step"'],
    ["without the terms of a step", { ...started(controller), terms: [] }, "terms"],
    ["with an input that does not fit", { ...started(controller), input: [] }, "must be an object"],
    ["without the policy it started with", { ...started(controller), policy: {} }, '"attemptsMax"'],
  ])("is refused if the record is %s, and the error names the wrong member", ([, record, message]) => {
    expect(() => readEvent(controller, record)).toThrow(message);
  });

  it("folds to the saga that recorded it", () => {
    expect(fold(controller, [started(controller)])).toEqual(saga satisfies Saga);
    expect(fold(controller, [])).toBeUndefined();
  });
});
