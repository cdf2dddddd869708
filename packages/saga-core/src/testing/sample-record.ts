import { defaultPolicy } from "../definition/policy.ts";
import type { JournalRecord } from "../ports/journal.ts";
import type { Compacted, Failure } from "../transition/event.ts";
import type { Phase, Saga } from "../transition/saga.ts";

/** The phase of a saga whose step was refused. */
export const needingAHuman: Phase = {
  name: "needs-intervention",
  step: "step",
  action: "run",
  reason: "refused",
  during: { name: "forward" },
};

/** A record of a saga that does nothing, for tests of journals: `change` makes its saga another one. */
export function sampleRecord(id: string, seq: number, change: Partial<Saga> = {}): JournalRecord {
  const saga: Saga = {
    id,
    seq,
    phase: { name: "forward" },
    definition: "contract",
    version: 1,
    input: {},
    data: {},
    steps: [],
    barrier: 1,
    fingerprint: "",
    terms: [],
    orphans: [],
    policy: defaultPolicy,
    createdAt: 0,
    updatedAt: 0,
    ...change,
  };
  return { saga, event: { type: "woken", at: seq }, state: "RUNNING", step: undefined };
}

/** A record that stands for those with the numbers from `first` to `last`, for tests of journals. */
export function sampleCompacted(id: string, { first, last }: { readonly first: number; readonly last: number }): JournalRecord {
  const failure: Failure = { at: 1, attempt: 1, outcome: "unavailable", reason: "busy" };
  const event: Compacted = {
    type: "compacted",
    at: last,
    step: "step",
    action: "run",
    records: last - first + 1,
    count: 2,
    first: failure,
    last: failure,
    progress: { step: "step", status: "running", attempts: 2, calling: false },
    barrier: 1,
  };
  return { ...sampleRecord(id, last), event };
}
