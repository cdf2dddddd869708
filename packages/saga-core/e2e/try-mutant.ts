import { explore } from "../src/simulation/explore.ts";
import { sampleDefinitions } from "../src/simulation/sample-definitions.ts";
import type { Needs } from "./mutants/mutant.ts";

const FAULTS_USUAL = 2;

/** How the explorer catches what is wrong in this source: for a process that runs a copy of it in which something is. */
export async function tryMutant(needs: Needs | null): Promise<object> {
  let runs = 0;
  const { definition: only, faults: faultsMax, among } = { definition: undefined, faults: FAULTS_USUAL, among: ".", ...needs };
  // Every definition with few faults, before any with more.
  for (let faults = 0; faults <= faultsMax; faults += 1) {
    for (const [definition, scenario] of sampleDefinitions) {
      if (only !== undefined && definition !== only) continue;
      const found = await explore(scenario, { faults, among: new RegExp(among) });
      runs += found.runs;
      const { counterexample } = found;
      if (counterexample) {
        return { definition, violation: counterexample.violation, faults, length: counterexample.history.length, runs };
      }
    }
  }
  return { runs };
}
