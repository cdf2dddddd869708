import type { Mutant } from "./mutant.ts";

const compaction = "transition/compaction.ts";

/** What is wrong with the record that stands for repeated failures. */
export const compactionMutants: readonly Mutant[] = [
  {
    name: "a compacted record counts as one",
    file: "transition/compacted.ts",
    from: "seq: saga.seq + records,",
    to: "seq: saga.seq + 1,",
  },
  {
    name: "a failure that turned the saga is compacted",
    file: compaction,
    from: "return isSame && others && repeated.has(",
    to: "return others && repeated.has(",
  },
];
