import { type Counterexample, explore, runAtRandom } from "saga-core/testing";
import { exploredOnRestate } from "./explored.ts";

const FAULTS_MAX = 1;
const SEEDS = 200;

/** How the explorer catches what is wrong in this source: for a process that runs a copy of it in which something is. */
export async function tryMutant(): Promise<object> {
  // Every definition with few faults, before any with more.
  for (let faults = 0; faults <= FAULTS_MAX; faults += 1) {
    for (const [definition, scenario] of exploredOnRestate) {
      const { counterexample } = await explore(scenario, { faults });
      if (counterexample) return summary(definition, counterexample);
    }
  }
  for (const [definition, scenario] of exploredOnRestate) {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const { counterexample } = await runAtRandom(scenario, seed);
      if (counterexample) return summary(definition, counterexample);
    }
  }
  return {};
}

function summary(definition: string, { violation, faults, history }: Counterexample): object {
  return { definition, violation, faults, length: history.length };
}
