import { drawCounterexample, explore, runAtRandom } from "saga-core/testing";
import { exploredOnRestate, waitingOnRestate } from "saga-restate/testing";
import { describe, expect, it } from "vitest";

const explored = [...exploredOnRestate, ...waitingOnRestate];

/** The machine may have other work: the number of runs bounds each test, and no time. */
const unhurried = { timeout: 900_000 };

describe("a saga on Restate", () => {
  it.for(explored)("ends right under any two faults: %s", unhurried, async ([, scenario]) => {
    const { counterexample, isWhole } = await explore(scenario, { faults: 2 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });

  it.for(explored)("ends right in runs with many random faults: %s", unhurried, async ([, scenario]) => {
    for (let seed = 0; seed < 500; seed += 1) {
      const { counterexample } = await runAtRandom(scenario, seed);
      expect(counterexample && drawCounterexample(counterexample), `seed ${seed}`).toBeUndefined();
    }
  });
});
