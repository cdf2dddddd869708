import { answersMutants } from "./answers.ts";
import { decisionsMutants } from "./decisions.ts";
import { durabilityMutants } from "./durability.ts";
import type { Mutant } from "./mutant.ts";

/** Each of them must be caught: one that is not is a defect of the explorer. */
export const mutants: readonly Mutant[] = [...answersMutants, ...decisionsMutants, ...durabilityMutants];
