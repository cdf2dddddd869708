import { defaultPolicy } from "../definition/policy.ts";
import type { JournalRecord } from "../ports/journal.ts";
import type { Saga } from "../transition/saga.ts";

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
