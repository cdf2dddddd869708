import { describe, expect, it } from "vitest";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { answered, closingRecorded, controllerOf, decide, pivotRecorded, started } from "../testing/sample-events.ts";
import type { Compacted, Failure } from "./event.ts";
import { readEvent } from "./read-event.ts";
import type { Saga, StepProgress } from "./saga.ts";
import { fold } from "./transition.ts";

const turn = { cause: "deadline", step: "pay", reason: "late" } as const;
const failure: Failure = { at: 1, attempt: 1, outcome: "unavailable", reason: "busy" };
const progress: StepProgress = {
  step: "order",
  status: "running",
  attempts: 9,
  calling: false,
  lastError: { outcome: "unavailable", reason: "busy" },
  inDoubtSince: 3,
  calledAt: 4,
  notSentBefore: 2,
  firstCalledAt: 2,
  nextAttemptAt: 5,
};
const compactedEvent: Compacted = {
  type: "compacted",
  at: 1,
  records: 17,
  step: "order",
  action: "run",
  progress,
  barrier: 1,
  first: failure,
  last: { ...failure, at: 4, attempt: 9 },
  count: 9,
};

describe("an event read from a record", () => {
  const controller = controllerOf();
  const { saga } = decide(controller);

  it("equals the event that was written", () => {
    const outcomes = [done(), rejected("r"), unavailable("u", { retryAfterMs: 5 }), unknown("?", { defect: true })];
    const events = [
      started(controller),
      pivotRecorded,
      closingRecorded,
      { ...started(controller), rules: 2 } as const,
      { ...closingRecorded, turn } as const,
      { type: "id-reused", at: 1, step: "order", holder: "other" } as const,
      { type: "resumed", at: 1 } as const,
      { type: "resumed", at: 1, isBehind: true } as const,
      compactedEvent,
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
    ["that stands for no failures", { ...compactedEvent, first: { ...failure, outcome: "done" } }, '"outcome"'],
    ["that stands for another step's failures", { ...compactedEvent, step: "pay" }, '"progress"'],
    ["with the progress of a step that is done", { ...compactedEvent, progress: { ...progress, status: "done" } }, '"status"'],
    ["with an input that does not fit", { ...started(controller), input: [] }, "must be an object"],
    ["of rules that a later release has", { ...started(controller), rules: 3 }, '"rules"'],
    ["with a turn for no known cause", { ...closingRecorded, turn: { ...turn, cause: "boredom" } }, '"cause"'],
    ["without the policy it started with", { ...started(controller), policy: {} }, '"attemptsMax"'],
  ])("is refused if the record is %s, and the error names the wrong member", ([, record, message]) => {
    expect(() => readEvent(controller, record)).toThrow(message);
  });

  it("folds to the saga that recorded it", () => {
    expect(fold(controller, [started(controller)])).toEqual(saga satisfies Saga);
    expect(fold(controller, [])).toBeUndefined();
  });
});
