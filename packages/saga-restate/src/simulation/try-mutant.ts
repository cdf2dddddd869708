import { type Counterexample, explore, runAtRandom } from "saga-core/testing";
import { exploredOnRestate, waitingOnRestate } from "./explored.ts";

const FAULTS_MAX = 1;
const SEEDS = 200;
/** What takes more faults than are tried of any kind, and more than chance. */
const rare = [
  // An id is given out again while its rollback is in doubt.
  { definition: "reusing", faults: 3, among: /is refused|reply is lost|given out/ },
  // A call is due long after its saga has turned back.
  { definition: "hurried", faults: 2, among: /cancel is requested|begins a minute late/ },
] as const;

/** Explores this source, for a process that runs a copy of it with a defect; resolves with how the explorer catches that. */
export async function tryMutant(): Promise<object> {
  // Runs with fewer faults come first, for every definition.
  for (let faults = 0; faults <= FAULTS_MAX; faults += 1) {
    for (const [definition, scenario] of [...exploredOnRestate, ...waitingOnRestate]) {
      const { counterexample } = await explore(scenario, { faults });
      if (counterexample) return summary(definition, counterexample);
    }
  }
  const found = await tryRare();
  if (found) return found;
  for (const [definition, scenario] of exploredOnRestate) {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const { counterexample } = await runAtRandom(scenario, seed);
      if (counterexample) return summary(definition, counterexample);
    }
  }
  return {};
}

async function tryRare(): Promise<object | undefined> {
  for (const { definition, faults, among } of rare) {
    const scenario = exploredOnRestate.get(definition);
    if (!scenario) throw new TypeError(`There is no definition "${definition}".`);
    const { counterexample } = await explore(scenario, { faults, among });
    if (counterexample) return summary(definition, counterexample);
  }
  return undefined;
}

function summary(definition: string, { violation, faults, history }: Counterexample): object {
  return { definition, violation, faults, length: history.length };
}
