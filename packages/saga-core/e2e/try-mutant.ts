import { explore } from "../src/simulation/explore.ts";
import { sampleDefinitions } from "../src/simulation/sample-definitions.ts";

const FAULTS_MAX = 3;
const FAULTS_USUAL = 2;

/** How the explorer catches what is wrong in this source: for a process that runs a copy of it in which something is. */
export async function tryMutant(): Promise<object> {
  let runs = 0;
  // Every definition with few faults, before any with more.
  for (let faults = 0; faults <= FAULTS_MAX; faults += 1) {
    for (const [definition, scenario] of sampleDefinitions) {
      if (faults > (scenario.faults ?? FAULTS_USUAL)) continue;
      const found = await explore(scenario, { faults });
      runs += found.runs;
      const { counterexample } = found;
      if (counterexample) {
        return { definition, violation: counterexample.violation, faults, length: counterexample.history.length, runs };
      }
    }
  }
  return { runs };
}
