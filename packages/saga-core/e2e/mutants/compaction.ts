import type { Mutant } from "./mutant.ts";

/** What is wrong with the record that stands for repeated failures. */
export const compactionMutants: readonly Mutant[] = [
  {
    name: "a compacted record counts as one",
    file: "transition/compacted.ts",
    from: "seq: saga.seq + records,",
    to: "seq: saga.seq + 1,",
  },
];
