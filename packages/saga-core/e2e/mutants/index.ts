import { answersMutants } from "./answers.ts";
import { compactionMutants } from "./compaction.ts";
import { deadlinesMutants } from "./deadlines.ts";
import { decisionsMutants } from "./decisions.ts";
import { durabilityMutants } from "./durability.ts";
import type { Mutant } from "./mutant.ts";

/** Each of them must be caught: one that is not is a defect of the explorer, or of the contract of the engines. */
export const mutants: readonly Mutant[] = [
  ...answersMutants,
  ...decisionsMutants,
  ...durabilityMutants,
  ...deadlinesMutants,
  ...compactionMutants,
];
