import { describe, expect, it } from "vitest";
import {
  afterFailure,
  type Circuit,
  type CircuitLimits,
  callThrough,
  closedCircuit,
  halfOpened,
  withoutTrial,
  withTrial,
} from "./circuit-breaker.ts";

const limits: CircuitLimits = { failuresMax: 2, openMsBase: 100, openMsMax: 300 };
const open: Circuit = { name: "open", failures: 2, openMs: 100, nextTrialAt: 150 };
const halfOpen: Circuit = { name: "half-open", failures: 2, openMs: 100, isTrialUnderWay: false };
const trying: Circuit = { ...halfOpen, isTrialUnderWay: true };

describe("a circuit", () => {
  it.for<[string, Circuit, boolean, Circuit]>([
    ["counts a failure below the limit", closedCircuit, false, { name: "closed", failures: 1 }],
    ["opens at the limit", { name: "closed", failures: 1 }, false, open],
    ["only counts a call that began before it opened", open, false, { ...open, failures: 3 }],
    ["only counts a call that is not the trial", trying, false, { ...trying, failures: 3 }],
    ["opens for twice as long when its trial fails", trying, true, { name: "open", failures: 3, openMs: 200, nextTrialAt: 250 }],
    [
      "does not open for longer than the limit",
      { ...trying, openMs: 200 },
      true,
      { name: "open", failures: 3, openMs: 300, nextTrialAt: 350 },
    ],
  ])("%s", ([, circuit, isTrial, after]) => {
    expect(afterFailure(circuit, { isTrial, now: 50 }, limits)).toEqual(after);
  });

  it("lets calls through while closed, one trial while half-open, and nothing while open", () => {
    expect([closedCircuit, halfOpen, trying, open].map(callThrough)).toEqual(["call", "trial", undefined, undefined]);
  });

  it("gives the trial to another call when a trial call is not sent", () => {
    expect(withTrial(halfOpen)).toEqual(trying);
    expect(withoutTrial(trying)).toEqual(halfOpen);
  });

  it("becomes half-open only from open", () => {
    expect([open, closedCircuit].map(halfOpened)).toEqual([halfOpen, closedCircuit]);
  });
});
