import type { Mutant } from "./mutant.ts";

const compaction = "transition/compaction.ts";

/** What is wrong with the record that stands for repeated failures. */
export const compactionMutants: readonly Mutant[] = [
  {
    name: "a compacted record counts as one",
    file: compaction,
    from: "seq: saga.seq + records,",
    to: "seq: saga.seq + 1,",
  },
  {
    name: "a compacted record forgets what is in doubt",
    file: compaction,
    from: "steps: saga.steps.with(index, progress),",
    to: "steps: saga.steps.with(index, { ...progress, inDoubtSince: saga.createdAt }),",
  },
  {
    name: "a compacted record forgets when the next attempt is due",
    file: compaction,
    from: "saga.steps.with(index, progress)",
    to: "saga.steps.with(index, (({ nextAttemptAt: _gone, ...rest }) => rest)(progress))",
  },
  {
    name: "a compacted record forgets the barrier",
    file: compaction,
    from: "steps: saga.steps.with(index, progress), barrier };",
    to: "steps: saga.steps.with(index, progress) };",
  },
  {
    name: "a failure that turned the saga is compacted",
    file: compaction,
    from: "return isSame && others && repeated.has(",
    to: "return others && repeated.has(",
  },
];
