import { describe, expect, it } from "vitest";
import { afterFailure, type Circuit, type CircuitLimits, closedCircuit, type FailedCall, halfOpened } from "./circuit-breaker.ts";

const limits: CircuitLimits = { failuresMax: 2, openMsBase: 100, openMsMax: 300 };
const open: Circuit = { name: "open", openMs: 100, nextTrialAt: 150 };
const halfOpen: Circuit = { name: "half-open", openMs: 100 };
const second: FailedCall = { isTrial: false, sagas: 2, deadlineMs: 4_000, now: 50 };
const trial: FailedCall = { ...second, isTrial: true };

describe("a circuit", () => {
  it.for<[string, Circuit, FailedCall, Circuit]>([
    ["stays closed below the limit", closedCircuit, { ...second, sagas: 1 }, closedCircuit],
    ["opens at the limit", closedCircuit, second, open],
    [
      "opens for a quarter of the deadline if that is less",
      closedCircuit,
      { ...second, deadlineMs: 200 },
      { ...open, nextTrialAt: 100 },
    ],
    [
      "is not changed by a first attempt that fails while it is open",
      { ...open, nextTrialAt: 120 },
      second,
      { ...open, nextTrialAt: 120 },
    ],
    [
      "has its next trial sooner for a saga with a short deadline",
      open,
      { ...second, deadlineMs: 200 },
      { ...open, nextTrialAt: 100 },
    ],
    ["is not changed by a first attempt that fails while it is half-open", halfOpen, second, halfOpen],
    ["opens for twice as long when its trial fails", halfOpen, trial, { name: "open", openMs: 200, nextTrialAt: 250 }],
    [
      "does not open for longer than the limit",
      { ...halfOpen, openMs: 200 },
      trial,
      { name: "open", openMs: 300, nextTrialAt: 350 },
    ],
    [
      "goes on doubling where a quarter of the deadline is less",
      halfOpen,
      { ...trial, deadlineMs: 200 },
      { name: "open", openMs: 200, nextTrialAt: 100 },
    ],
  ])("%s", ([, circuit, failed, after]) => {
    expect(afterFailure(circuit, failed, limits)).toEqual(after);
  });

  it("becomes half-open only from open", () => {
    expect([open, closedCircuit].map(halfOpened)).toEqual([halfOpen, closedCircuit]);
  });
});
