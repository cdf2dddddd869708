import { runManySagas } from "../src/many-sagas/run-many-sagas.ts";
import { explore } from "../src/simulation/explore.ts";
import { correlatedDefinitions, sampleDefinitions, waitingDefinitions } from "../src/simulation/sample-definitions.ts";
import { embeddedSubject } from "../src/testing/embedded-subject.ts";
import { engineContract } from "../src/testing/engine-contract.ts";
import type { Mutant, Needs } from "./mutants/mutant.ts";

const FAULTS_USUAL = 2;
/** Runs of many sagas, others than those of the usual tests. */
const FIRST_SEED = 30;
const SEEDS = 24;

export interface Trial {
  readonly needs?: Mutant["needs"];
  /** How many runs are explored. Absent: all. */
  readonly runsMax?: number;
}

/** How what is wrong in this source is caught: for a process that runs a copy of it in which something is. */
export async function tryMutant({ needs, runsMax = Infinity }: Trial): Promise<object> {
  if (needs === "contract") return await checkContract();
  return needs === "many sagas" ? await runTogether(runsMax) : await exploreAll(needs, runsMax);
}

async function checkContract(): Promise<object> {
  for (const { name, check } of engineContract) {
    try {
      await check(embeddedSubject);
    } catch (error) {
      return { definition: "contract", violation: `${name}: ${String(error)}`, faults: 0, length: 0, runs: 1 };
    }
  }
  return { runs: engineContract.length };
}

async function runTogether(runsMax: number): Promise<object> {
  for (let run = 0; run < Math.min(SEEDS, runsMax); run += 1) {
    const { seed, faults, sagas, violations } = await runManySagas(FIRST_SEED + run);
    const [violation] = violations;
    if (violation !== undefined) return { definition: `seed ${seed}`, violation, faults, length: sagas, runs: run + 1 };
  }
  return { runs: Math.min(SEEDS, runsMax) };
}

/** Notes which of its alternatives fit no fault: such a pattern looks at less than it says. */
class FaultPattern extends RegExp {
  readonly unused: Set<string>;

  constructor(source: string) {
    super(source);
    this.unused = new Set(source.split("|"));
  }

  override test(name: string): boolean {
    for (const part of this.unused) if (name.includes(part) || part === ".") this.unused.delete(part);
    return super.test(name);
  }
}

async function exploreAll(needs: Needs | undefined, runsMax: number): Promise<object> {
  let runs = 0;
  const { definition: only, faults: faultsMax, among } = { definition: undefined, faults: FAULTS_USUAL, among: ".", ...needs };
  const pattern = new FaultPattern(among);
  // Every definition with few faults, before any with more.
  for (let faults = 0; faults <= faultsMax; faults += 1) {
    for (const [definition, scenario] of [...sampleDefinitions, ...waitingDefinitions, ...correlatedDefinitions]) {
      if (only !== undefined && definition !== only) continue;
      const found = await explore(scenario, { faults, among: pattern, runsMax: runsMax - runs });
      runs += found.runs;
      const { counterexample } = found;
      if (counterexample) {
        return { definition, violation: counterexample.violation, faults, length: counterexample.history.length, runs };
      }
    }
  }
  // What was not explored to its end may have been wanted later.
  return { runs, ...(runs < runsMax && pattern.unused.size > 0 && { unused: [...pattern.unused] }) };
}
