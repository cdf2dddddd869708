import { describe, expect, it } from "vitest";
import { FingerprintMismatch } from "../definition/definition-error.ts";
import { done, unknown } from "../definition/outcome.ts";
import { UnreadableSaga } from "../ports/engine.ts";
import { answered, controllerOf, decide, started } from "../testing/sample-events.ts";
import type { SagaEvent } from "../transition/event.ts";
import { transition } from "../transition/transition.ts";
import { readHistory } from "./read-history.ts";
import { SagaReplay } from "./saga-replay.ts";

const controller = controllerOf();
const events = [started(controller), answered("order", done())];

describe("readHistory", () => {
  it("gives the events of the records, and the saga that they make", () => {
    const { saga: begun } = decide(controller);
    const { saga } = decide(controller, ...events.slice(1));
    expect(readHistory(controller, "s", events)).toEqual({
      saga,
      entries: [
        { seq: 1, event: events[0], saga: begun },
        { seq: 2, event: events[1], saga },
      ],
    });
  });

  it("refuses a definition with another fingerprint, and gives advice", () => {
    const other = controllerOf([{ step: "order", kind: "pivot" }]);
    expect(() => readHistory(other, "s", events)).toThrow(/saga s runs version 1 with another fingerprint; .*raise the version/);
    expect(() => readHistory(other, "s", events)).toThrow(
      expect.objectContaining({ name: "UnreadableSaga", cause: expect.any(FingerprintMismatch) }),
    );
  });

  it.for<[string, readonly unknown[]]>([
    ["a record that does not fit the definition", [...events, { type: "exploded", at: 1 }]],
    ["an event that cannot happen", [...events, ...events]],
    ["no records", []],
    ["records that do not begin with a start", [7]],
  ])("refuses %s", ([, raw]) => {
    expect(() => readHistory(controller, "s", raw)).toThrow(UnreadableSaga);
  });

  it("compacts no range while its saga is parked, which the record that stands for it would not say", () => {
    const { saga: begun } = decide(controller);
    const replay = new SagaReplay(controller, "s");
    replay.apply(events[0]);
    let saga = begun;
    const happens = (event: SagaEvent) => {
      saga = transition(controller, saga, event).saga;
      replay.apply(event);
    };
    // An earlier version recorded each failure, and that its participant held it back.
    for (let attempt = 1; attempt <= 60; attempt += 1) {
      const at = saga.updatedAt;
      happens({ ...answered("order", unknown("lost"), { attempt }), at });
      happens({ type: "woken", at: saga.steps[0]?.nextAttemptAt ?? at });
      happens({ type: "parked", at: saga.updatedAt });
      if (attempt < 60) happens({ type: "resumed", at: saga.updatedAt });
    }
    expect(saga.isParked).toBe(true);
    expect(replay.compactable).toEqual([]);
    replay.apply({ type: "resumed", at: saga.updatedAt });
    expect(replay.compactable).toEqual([{ seq: saga.seq + 1, event: expect.objectContaining({ type: "compacted" }) }]);
  });

  it("refuses records of which one is missing, and names its number", () => {
    const replay = new SagaReplay(controller, "s");
    replay.applyRecord({ seq: 1, event: events[0] });
    const missing = "Saga s cannot be read: what is recorded under number 3 makes record 2";
    expect(() => replay.applyRecord({ seq: 3, event: events[1] })).toThrow(missing);
  });
});
