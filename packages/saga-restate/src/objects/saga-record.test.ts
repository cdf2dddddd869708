import type { Saga, SagaEvent } from "saga-core";
import { fold, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { INSTANT_DIGITS, instantPositions, phaseIn, readRecord, recordOf, type SagaRecord } from "./saga-record.ts";

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

  it("says beside its status what a running saga is at, unless that is to go forward: SQL looks for both as one text", () => {
    const wait = { step: "pay", status: "waiting", attempts: 0, calling: false } as const;
    const doubt = { ...wait, status: "unknown", inDoubtSince: 3 } as const;
    const human = {
      name: "needs-intervention",
      step: "pay",
      action: "run",
      reason: "gave-up",
      during: { name: "forward" },
    } as const;
    const begun = (change: Partial<Saga>) => /"status":.*?"state":/.exec(JSON.stringify(recordWith(change)))?.[0];
    expect(begun({ steps: [wait] })).toBe('"status":"running","phase":"waiting","state":');
    expect(begun({ steps: [doubt] })).toBe('"status":"running","phase":"in_doubt","state":');
    expect(begun({})).toBe('"status":"running","state":');
    expect(begun({ steps: [doubt], phase: human })).toBe('"status":"needs_intervention","state":');
    expect(begun({ phase: { name: "completed" } })).toBe('"status":"completed","state":');
  });

  it("is read back as what its saga is at, and of earlier releases as far as they recorded it", () => {
    const wait = { step: "pay", status: "waiting", attempts: 0, calling: false } as const;
    const human = {
      name: "needs-intervention",
      step: "pay",
      action: "run",
      reason: "gave-up",
      during: { name: "forward" },
    } as const;
    const back = (record: SagaRecord) => phaseIn(readRecord("saga", JSON.parse(JSON.stringify(record))));
    const { phase: _unsaid, ...earlier } = recordWith({ steps: [wait] });
    expect([back(recordWith({ steps: [wait] })), back(earlier)]).toEqual(["waiting", "waiting"]);
    expect(back(recordWith({ steps: [{ ...wait, status: "unknown", inDoubtSince: 3 }] }))).toBe("in_doubt");
    expect(back(recordWith({ phase: human }))).toBe("needs_intervention");
    expect(back(recordWith({}))).toBe("forward");
    expect(back(recordWith({ phase: { name: "completed" } }))).toBeUndefined();
  });
});
