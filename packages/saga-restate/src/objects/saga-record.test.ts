import { fold, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { INSTANT_DIGITS, instantPositions, recordOf } from "./saga-record.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld());
const CREATED = 1_764_000_000_123;
const UPDATED = 1_764_000_000_456;

function textOfRecord(): string {
  const events = [
    startOf(controller, { id: "saga", at: CREATED, input: { who: "Zoë" }, idempotencyKey: undefined, trace: undefined }),
    { type: "parked", at: UPDATED } as const,
  ];
  const saga = fold(controller, events);
  if (!saga) throw new TypeError("These are no events.");
  return JSON.stringify(recordOf({ saga, controller }, "invocation", { parts: 0, events }));
}

describe("the record of a saga", () => {
  it.each([
    ["updatedAt", UPDATED],
    ["createdAt", CREATED],
  ] as const)("has %s at the position where SQL looks for it", (member, instant) => {
    const from = instantPositions[member] - 1;
    expect(textOfRecord().slice(from, from + INSTANT_DIGITS)).toBe(String(instant));
  });
});
