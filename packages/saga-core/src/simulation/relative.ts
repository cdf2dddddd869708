import type { Saga } from "../transition/saga.ts";

/** A saga without what only counts its records: two that are equal in it go on alike. */
export function relative({ seq, barrier, pivotRecord, updatedAt: _when, ...saga }: Saga): object {
  return [
    { ...saga, input: null, policy: null, terms: null },
    barrier - seq,
    pivotRecord === undefined ? null : pivotRecord - seq,
  ];
}
