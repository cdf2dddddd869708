import { drawCounterexample, explore } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { exploredOnRestate, waitingOnRestate } from "./explored.ts";

describe("a saga on Restate", () => {
  it.for([...exploredOnRestate])("ends right under any single fault: %s", async ([, scenario]) => {
    const { counterexample, isWhole } = await explore(scenario, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });

  it.for([...waitingOnRestate])("that waits ends right under any single fault: %s", async ([, scenario]) => {
    const { counterexample, isWhole } = await explore(scenario, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });

  it("takes every arrow of its chart, and no other", async () => {
    const scenario = exploredOnRestate.get("keyed");
    if (!scenario) throw new Error("There is no keyed definition.");
    const { arrows } = await explore(scenario, { faults: 1 });
    const drawn = scenario.definition.chart.arrows.map(({ from, to }) => `${from} -> ${to}`);
    expect(new Set(arrows)).toEqual(new Set(drawn));
  });
});
