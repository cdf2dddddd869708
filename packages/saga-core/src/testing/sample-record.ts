import { defaultPolicy } from "../definition/policy.ts";
import type { JournalRecord } from "../ports/journal.ts";
import type { Compacted, Failure } from "../transition/event.ts";
import type { LateSignal, Phase, Saga } from "../transition/saga.ts";

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

/** A signal that came after the end, and the same once a person has dealt with it. */
export const lateSignal: LateSignal = { step: "pay", at: 1, because: "ended", outcome: { outcome: "done", result: {} } };
export const acknowledgedSignal: LateSignal = { ...lateSignal, isAcknowledged: true };

/** A record of that signal, for tests of journals: `change` makes the saga that it is about. */
export function sampleSignalled(id: string, seq: number, change: Partial<Saga>): JournalRecord {
  const { step, at, outcome } = lateSignal;
  return { ...sampleRecord(id, seq, change), event: { type: "signalled", at, step, outcome } };
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
