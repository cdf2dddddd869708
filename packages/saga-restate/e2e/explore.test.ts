import { drawCounterexample, explore, runAtRandom } from "saga-core/testing";
import { exploredOnRestate } from "saga-restate/testing";
import { describe, expect, it } from "vitest";

describe("a saga on Restate", () => {
  it.for([...exploredOnRestate])("%s: ends right whatever two faults meet it", async ([, scenario]) => {
    const { counterexample, isWhole } = await explore(scenario, { faults: 2 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });

  it.for([...exploredOnRestate])("%s: ends right in runs that many faults meet at random", async ([, scenario]) => {
    for (let seed = 0; seed < 500; seed += 1) {
      const { counterexample } = await runAtRandom(scenario, seed);
      expect(counterexample && drawCounterexample(counterexample), `seed ${seed}`).toBeUndefined();
    }
  });
});
