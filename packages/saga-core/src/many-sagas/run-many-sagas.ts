import { ManySagas, type ManySagasOptions } from "./many-sagas.ts";
import type { Way } from "./plan.ts";

/** What happened in a run of many sagas. */
export interface ManySagasRun {
  readonly seed: number;
  readonly sagas: number;
  readonly sick: number;
  /** How the sick ones are sick. */
  readonly ways: ReadonlySet<Way>;
  /** Crashes, stalls of the disk, and participants that answered nobody for a while. */
  readonly faults: number;
  /** What became of the signals that were sent. */
  readonly answers: ReadonlySet<string>;
  /** The most records that the journal held of one saga. */
  readonly recordsMax: number;
  /** What must never happen, and did. */
  readonly violations: readonly string[];
}

/**
 * One run of many sagas that share an engine and its participants, some of them sick, as its seed has it: the same seed is the same run. It
 * looks for a healthy saga that ends late because of the sick ones, for a history without a bound, and for a saga that ends wrong.
 */
export async function runManySagas(seed: number, options: ManySagasOptions = {}): Promise<ManySagasRun> {
  const run = new ManySagas(seed, options);
  await run.run();
  const { plan, watch } = run;
  return {
    seed,
    sagas: plan.sagas.length,
    sick: plan.sagas.filter(({ sickness }) => sickness).length,
    ways: new Set(plan.sagas.flatMap(({ sickness }) => (sickness ? [sickness.way] : []))),
    faults: plan.outages.length + plan.stalls.length + plan.silences.length,
    answers: run.answers,
    recordsMax: watch.recordsMax,
    violations: watch.violations,
  };
}
