import { type ManySagasOptions, type ManySagasRun, runManySagas } from "saga-core/testing";
import { manyOnRestate } from "saga-restate/testing";

const RUNS = 25;

/** The seeds of the runs that the command makes. */
export const manySagasSeeds: readonly number[] = Array.from({ length: RUNS }, (_, seed) => seed);

/** An engine that runs many sagas at once. */
export interface ManySagasSubject {
  readonly name: string;
  readonly options: ManySagasOptions;
}

/** Both engines. */
export const manySagasSubjects: readonly ManySagasSubject[] = [
  { name: "embedded", options: {} },
  { name: "Restate", options: { engine: manyOnRestate() } },
];

/** What several runs were, added up. */
export interface ManySagasRuns {
  readonly runs: number;
  readonly faults: number;
  readonly sagas: number;
  readonly sick: number;
  /** The runs in which something happened that must never happen. */
  readonly wrong: readonly ManySagasRun[];
}

/** Runs many sagas at once, once for each seed. */
export async function runSeeds(
  { options }: ManySagasSubject,
  seeds: readonly number[],
  onRun: (count: number) => void = () => undefined,
): Promise<ManySagasRuns> {
  let [faults, sagas, sick] = [0, 0, 0];
  const wrong: ManySagasRun[] = [];
  for (const [index, seed] of seeds.entries()) {
    const run = await runManySagas(seed, options);
    faults += run.faults;
    sagas += run.sagas;
    sick += run.sick;
    if (run.violations.length > 0) wrong.push(run);
    onRun(index + 1);
  }
  return { runs: seeds.length, faults, sagas, sick, wrong };
}
