import type { Saga, StepProgress } from "../transition/saga.ts";

/** A saga without what only counts its records or is told to people: two that are equal in it go on alike. */
export function relative({
  seq,
  barrier,
  pivotRecord,
  updatedAt: _when,
  phaseSince: _since,
  phaseSeq: _change,
  ...saga
}: Saga): object {
  return [
    { ...saga, steps: saga.steps.map(undated), input: null, policy: null, terms: null },
    barrier - seq,
    pivotRecord === undefined ? null : pivotRecord - seq,
  ];
}

function undated({ firstFailedAt: _failed, firstInDoubtAt: _doubted, ...progress }: StepProgress): object {
  return progress;
}
