import { describe, expect, it } from "vitest";
import { drawCounterexample, writeTest } from "./counterexample.ts";
import { explore, replay } from "./explore.ts";
import { type RandomRun, runAtRandom } from "./random.ts";
import { correlatedDefinitions, lyingDefinitions, sampleDefinitions, waitingDefinitions } from "./sample-definitions.ts";
import type { Scenario } from "./scenario.ts";

function sample(name: string): Scenario {
  const all = [sampleDefinitions, waitingDefinitions, correlatedDefinitions, lyingDefinitions];
  const scenario = all.map((definitions) => definitions.get(name)).find((found) => found);
  if (!scenario) throw new Error(`there is no definition that is ${name}`);
  return scenario;
}

describe("an exploration", () => {
  it.for([
    "keyed",
    "unkeyed",
    "without a pivot",
    "reusing",
    "reading",
    "reading unkeyed",
    "reading around",
    "waiting for what is paid back",
    "waiting or going on",
    "waiting twice",
    "waiting by its input",
    "waiting by what a step gave",
  ])("of a definition that is %s takes every arrow of its chart, and no other", async (name) => {
    const scenario = sample(name);
    const { counterexample, arrows, isWhole } = await explore(scenario, { faults: 1 });
    expect(counterexample).toBeUndefined();
    expect(isWhole).toBe(true);
    const drawn = scenario.definition.chart.arrows.map(({ from, to }) => `${from} -> ${to}`);
    expect(new Set(arrows)).toEqual(new Set(drawn));
  });

  it("is repeatable: it gives the same runs, states and arrows again", async () => {
    const [one, other] = [await explore(sample("whole"), { faults: 1 }), await explore(sample("whole"), { faults: 1 })];
    expect(one).toEqual(other);
  });

  it("reports that it is not complete if it was ended early", async () => {
    expect(await explore(sample("keyed"), { faults: 2, runsMax: 50 })).toMatchObject({ runs: 50, isWhole: false });
  });

  it("prints the shortest run that ends wrong as a ladder and as a test, and the test repeats it", async () => {
    const scenario = sample("its participant keeps no keys");
    const { counterexample } = await explore(scenario, { faults: 2 });
    if (!counterexample) throw new Error("nothing was found");
    expect(drawCounterexample(counterexample)).toContain("✗ DOING_STEP_A");
    expect(writeTest(counterexample, "scenario")).toContain(`replay(scenario, ${JSON.stringify(counterexample.choices)})`);
    const { monitor } = await replay(scenario, counterexample.choices);
    expect(monitor.violations).toContain(counterexample.violation);
  });
});

describe("a random run", () => {
  it("is the same for the same seed, and different for another", async () => {
    const runsOf = async (seeds: readonly number[]) => {
      const runs: RandomRun[] = [];
      for (const seed of seeds) runs.push(await runAtRandom(sample("whole"), seed));
      return runs.map(({ faults, arrows }) => JSON.stringify([faults, [...arrows]]));
    };
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const runs = await runsOf(seeds);
    expect(await runsOf(seeds)).toEqual(runs);
    expect(new Set(runs).size).toBeGreaterThan(5);
  });

  it("meets many faults, and finds a definition's mistake", async () => {
    const runs: RandomRun[] = [];
    for (let seed = 0; seed < 40; seed += 1) runs.push(await runAtRandom(sample("its participant keeps no keys"), seed));
    expect(Math.max(...runs.map(({ faults }) => faults))).toBeGreaterThan(3);
    expect(runs.some(({ counterexample }) => counterexample)).toBe(true);
  });

  it.for([...sampleDefinitions.keys(), ...waitingDefinitions.keys(), ...correlatedDefinitions.keys()])(
    "finds no mistake in a definition that is %s",
    async (name) => {
      for (let seed = 0; seed < 150; seed += 1) {
        const { counterexample } = await runAtRandom(sample(name), seed);
        expect(counterexample && drawCounterexample(counterexample), `seed ${seed}`).toBeUndefined();
      }
    },
  );
});
