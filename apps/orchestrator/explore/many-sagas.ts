import { type ManySagasRun, runManySagas } from "saga-core/testing";

const RUNS = 100;

/** The seeds of the runs that the command makes. */
export const manySagasSeeds: readonly number[] = Array.from({ length: RUNS }, (_, seed) => seed);

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
export async function runManySagasAt(
  seeds: readonly number[],
  onRun: (count: number) => void = () => undefined,
): Promise<ManySagasRuns> {
  let [faults, sagas, sick] = [0, 0, 0];
  const wrong: ManySagasRun[] = [];
  for (const [index, seed] of seeds.entries()) {
    const run = await runManySagas(seed);
    faults += run.faults;
    sagas += run.sagas;
    sick += run.sick;
    if (run.violations.length > 0) wrong.push(run);
    onRun(index + 1);
  }
  return { runs: seeds.length, faults, sagas, sick, wrong };
}
