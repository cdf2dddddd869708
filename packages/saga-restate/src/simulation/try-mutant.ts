import { type Counterexample, explore, runAtRandom } from "saga-core/testing";
import { exploredOnRestate } from "./explored.ts";

const FAULTS_MAX = 1;
const SEEDS = 200;
/** What it takes until an id is given out again while its rollback is in doubt: too much for few faults of any kind, or for chance. */
const reuse = { definition: "reusing", faults: 3, among: /is refused|reply is lost|given out/ };

/** Explores this source, for a process that runs a copy of it with a defect; resolves with how the explorer catches that. */
export async function tryMutant(): Promise<object> {
  // Runs with fewer faults come first, for every definition.
  for (let faults = 0; faults <= FAULTS_MAX; faults += 1) {
    for (const [definition, scenario] of exploredOnRestate) {
      const { counterexample } = await explore(scenario, { faults });
      if (counterexample) return summary(definition, counterexample);
    }
  }
  const reusing = exploredOnRestate.get(reuse.definition);
  const { counterexample: reused } = reusing ? await explore(reusing, reuse) : {};
  if (reused) return summary(reuse.definition, reused);
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
