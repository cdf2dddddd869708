import type { Saga, SagaEvent } from "saga-core";
import { fold, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { INSTANT_DIGITS, instantPositions, readRecord, recordOf, type SagaRecord } from "./saga-record.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld());
const CREATED = 1_764_000_000_123;
const UPDATED = 1_764_000_000_456;

function foldRecords(): { readonly saga: Saga; readonly events: readonly SagaEvent[] } {
  const events = [
    startOf(controller, { id: "saga", at: CREATED, input: { who: "Zoë" }, idempotencyKey: undefined, trace: undefined }),
    { type: "parked", at: UPDATED } as const,
  ];
  const saga = fold(controller, events);
  if (!saga) throw new TypeError("These are no events.");
  return { saga, events };
}

function recordWith(change: Partial<Saga>): SagaRecord {
  const { saga, events } = foldRecords();
  return recordOf({ saga: { ...saga, ...change }, controller }, "invocation", { parts: 0, events });
}

describe("the record of a saga", () => {
  it.each([
    ["updatedAt", UPDATED],
    ["createdAt", CREATED],
  ] as const)("has %s at the position where SQL looks for it", (member, instant) => {
    const from = instantPositions[member] - 1;
    expect(JSON.stringify(recordWith({})).slice(from, from + INSTANT_DIGITS)).toBe(String(instant));
  });

  it("says at which step the saga waits, and that it has late signals, where it is so: other records stay as they were", () => {
    const members = ["waitingFor", "lateSignals"];
    expect(members.filter((member) => member in recordWith({}))).toEqual([]);
    const wait = { step: "pay", status: "waiting", attempts: 0, calling: false } as const;
    const late = { step: "pay", at: 1, because: "ended", outcome: { outcome: "done", result: {} } } as const;
    const record = recordWith({ steps: [wait], lateSignals: [late] });
    expect(record).toMatchObject({ waitingFor: "pay", lateSignals: true });
    expect(readRecord("saga", JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect("lateSignals" in recordWith({ lateSignals: [{ ...late, isAcknowledged: true }] })).toBe(false);
  });
});
