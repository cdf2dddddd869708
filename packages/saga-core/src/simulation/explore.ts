import type { Happening, HistoryEntry } from "./happening.ts";
import type { Scenario } from "./scenario.ts";
import { simulatedLimits } from "./simulated-limits.ts";
import { Simulation } from "./simulation.ts";

export interface ExploreOptions {
  /** How many faults a run may meet. */
  readonly faults: number;
  /** Only faults whose names it matches: with few of them, more can be followed. */
  readonly among?: RegExp;
  /** Called now and then with the progress. */
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the search early. */
  readonly runsMax?: number;
}

export interface Progress {
  readonly runs: number;
  readonly states: number;
}

/** The shortest run that was found to end wrong. */
export interface Counterexample {
  readonly violation: string;
  /** See `Exploration.scaled`. */
  readonly scaled: readonly string[];
  readonly faults: number;
  readonly history: readonly HistoryEntry[];
  /** Which of the things that could happen did, at each instant: it can be repeated by these. */
  readonly choices: readonly number[];
}

export interface Exploration extends Progress {
  readonly arrows: ReadonlySet<string>;
  readonly counterexample?: Counterexample;
  /** What was other than in the definition, or made to measure for it, for people. */
  readonly scaled: readonly string[];
  /** Whether every run within the number of faults was looked at. */
  readonly isWhole: boolean;
}

interface Branch {
  readonly choices: readonly number[];
  readonly faults: number;
}

/**
 * Explores every run of a definition with at most `faults` faults, those with the fewest first. Each run is a replay from the start with
 * other choices. A state that was reached before, with as many faults left, is not explored again.
 */
export async function explore(
  scenario: Scenario,
  { faults, among, onProgress, runsMax = Infinity }: ExploreOptions,
): Promise<Exploration> {
  const search = new Search(faults, among);
  const arrows = new Set<string>();
  const { scaled } = simulatedLimits(scenario);
  let runs = 0;
  for (let branch = search.next(); branch && runs < runsMax; branch = search.next()) {
    runs += 1;
    if (runs % 500 === 0) onProgress?.({ runs, states: search.states });
    const simulation = await follow(scenario, branch, search);
    for (const arrow of simulation.arrows) arrows.add(arrow);
    const [violation] = simulation.monitor.violations;
    if (violation !== undefined) {
      const { choices, faults: met } = branch;
      const counterexample = { violation, scaled, faults: met, history: simulation.history, choices };
      return { runs, states: search.states, arrows, scaled, counterexample, isWhole: false };
    }
  }
  return { runs, states: search.states, arrows, scaled, isWhole: runs < runsMax };
}

/** One run again, by the choices that made it; from where they end, as usual. */
export async function replay(scenario: Scenario, choices: readonly number[]): Promise<Simulation> {
  return await follow(scenario, { choices, faults: 0 }, new Search(0));
}

/** Repeats the choices of a branch, goes on as usual, and notes what else could have happened on the way. */
async function follow(scenario: Scenario, { choices, faults }: Branch, search: Search): Promise<Simulation> {
  const simulation = new Simulation(scenario);
  await simulation.start();
  const taken: number[] = [];
  for (let happenings = simulation.happenings(); happenings.length > 0; happenings = simulation.happenings()) {
    const choice = choices[taken.length];
    if (choice === undefined && !search.enter(simulation.snapshot, taken, faults, happenings)) return simulation;
    const happening = happenings[choice ?? 0];
    if (!happening) throw new RangeError(`there is no choice ${choice} of ${happenings.length}: a run is not repeatable`);
    taken.push(choice ?? 0);
    await simulation.happen(happening);
  }
  return simulation;
}

/** The branches that are still to be followed, and the states that were met. */
class Search {
  readonly #faultsMax: number;
  readonly #among: RegExp | undefined;
  /** By the number of their faults: the runs with the fewest come first. */
  readonly #branches: Branch[][];
  /** The fewest faults with which each state was met. */
  readonly #met = new Map<string, number>();

  constructor(faultsMax: number, among?: RegExp) {
    this.#faultsMax = faultsMax;
    this.#among = among;
    this.#branches = Array.from({ length: faultsMax + 1 }, () => []);
    this.#branches[0]?.push({ choices: [], faults: 0 });
  }

  get states(): number {
    return this.#met.size;
  }

  next(): Branch | undefined {
    return this.#branches.find((branches) => branches.length > 0)?.shift();
  }

  /** Whether to go on from a state; what else could happen there is noted for later. */
  enter(state: string, taken: readonly number[], faults: number, happenings: readonly Happening[]): boolean {
    const fewest = this.#met.get(state);
    if (fewest !== undefined && fewest <= faults) return false;
    this.#met.set(state, faults);
    for (const [choice, { name, cost }] of happenings.entries()) {
      const total = faults + cost;
      const isWanted = cost === 0 || this.#among === undefined || this.#among.test(name);
      if (choice > 0 && isWanted && total <= this.#faultsMax)
        this.#branches[total]?.push({ choices: [...taken, choice], faults: total });
    }
    return true;
  }
}
