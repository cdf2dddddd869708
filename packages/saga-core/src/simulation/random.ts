import type { Counterexample } from "./explore.ts";
import type { HistoryEntry } from "./happening.ts";
import type { Scenario } from "./scenario.ts";
import { simulatedLimits } from "./simulated-limits.ts";
import { Simulation } from "./simulation.ts";

/** The probability, at each instant, of a fault or of a person's request. */
const FAULT_CHANCE = 0.15;

export interface RandomRun {
  readonly seed: number;
  readonly faults: number;
  readonly arrows: ReadonlySet<string>;
  readonly history: readonly HistoryEntry[];
  readonly counterexample?: Counterexample;
}

/** One run, met by any number of faults, as its seed has it: the same seed is the same run. */
export async function runAtRandom(scenario: Scenario, seed: number): Promise<RandomRun> {
  const random = randomFrom(seed);
  const simulation = new Simulation(scenario);
  await simulation.start();
  const choices: number[] = [];
  let faults = 0;
  for (let happenings = simulation.happenings(); happenings.length > 0; happenings = simulation.happenings()) {
    const choice = random() < FAULT_CHANCE ? Math.floor(random() * happenings.length) : 0;
    const happening = happenings[choice] ?? happenings[0];
    if (!happening) break;
    choices.push(choice);
    faults += happening.cost;
    await simulation.happen(happening);
  }
  const [violation] = simulation.monitor.violations;
  const { history, arrows } = simulation;
  const { scaled } = simulatedLimits(scenario);
  return {
    seed,
    faults,
    arrows,
    history,
    ...(violation !== undefined && { counterexample: { violation, scaled, faults, history, choices } }),
  };
}

/** Numbers from 0 up to 1 that look random and depend on the seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
