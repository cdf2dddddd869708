import { describe, expect, it } from "vitest";
import { Trials } from "./trials.ts";

const limits = { trials: 2, trialMs: 60_000 };

describe("the trials of a pause", () => {
  it("are due one after the other, the first one after as long as each further one", () => {
    const trials = new Trials(limits, 1_000);
    expect([trials.waitMs(1_000), trials.waitMs(60_999), trials.waitMs(61_000)]).toEqual([60_000, 1, 0]);
    trials.begin("a", 70_000);
    expect(trials.waitMs(70_000)).toBe(60_000);
  });

  it("end the pause when enough of them in a row need nobody", () => {
    const trials = new Trials(limits, 0);
    for (const id of ["a", "b", "c", "d"]) trials.begin(id, 0);
    expect(trials.rested("a", "needs-nobody")).toBe(false);
    expect(trials.rested("b", "needs-human")).toBe(false);
    expect(trials.rested("c", "needs-nobody")).toBe(false);
    expect(trials.rested("d", "needs-nobody")).toBe(true);
  });

  it("count neither a saga that is no trial, nor a trial twice, nor one that says nothing", () => {
    const trials = new Trials(limits, 0);
    for (const id of ["a", "b", "c"]) trials.begin(id, 0);
    expect(trials.rested("a", "needs-nobody")).toBe(false);
    expect(trials.rested("a", "needs-nobody")).toBe(false);
    expect(trials.rested("stranger", "needs-nobody")).toBe(false);
    expect(trials.rested("b", "unclear")).toBe(false);
    expect(trials.rested("c", "needs-nobody")).toBe(true);
  });

  it("are due at once again when a start made no saga", () => {
    const trials = new Trials(limits, 0);
    trials.begin("a", 60_000);
    trials.withdraw("a");
    trials.withdraw("stranger");
    expect(trials.waitMs(60_000)).toBe(0);
    expect(trials.rested("a", "needs-nobody")).toBe(false);
  });

  it("are never further away than one interval, also after the clock was set back", () => {
    const trials = new Trials(limits, 3_600_000);
    expect(trials.waitMs(0)).toBe(60_000);
    expect(trials.waitMs(60_000)).toBe(0);
  });
});
