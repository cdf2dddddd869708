import { describe, expect, it } from "vitest";
import { FingerprintMismatch } from "../definition/definition-error.ts";
import { done } from "../definition/outcome.ts";
import { UnreadableSaga } from "../ports/engine.ts";
import { answered, controllerOf, decide, started } from "../testing/sample-events.ts";
import { readEvents, readHistory } from "./read-history.ts";

const controller = controllerOf();
const events = [started(controller), answered("order", done())];

describe("readHistory", () => {
  it("gives the events of the records, and the saga that they make", () => {
    const { saga } = decide(controller, ...events.slice(1));
    expect(readHistory(controller, "s", events)).toEqual({ saga, events });
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
  ])("refuses %s", ([, records]) => {
    expect(() => readHistory(controller, "s", records)).toThrow(UnreadableSaga);
  });

  it("accepts an event that cannot happen if only the events are read", () => {
    expect(readEvents(controller, "s", [...events, ...events])).toHaveLength(4);
  });
});
