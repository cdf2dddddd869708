import { answersMutants } from "./answers.ts";
import { circuitMutants } from "./circuit.ts";
import { compactionMutants } from "./compaction.ts";
import { deadlinesMutants } from "./deadlines.ts";
import { decisionsMutants } from "./decisions.ts";
import { durabilityMutants } from "./durability.ts";
import { manySagasMutants } from "./many-sagas.ts";
import type { Mutant } from "./mutant.ts";
import { refusalsMutants } from "./refusals.ts";
import { waitsMutants } from "./waits.ts";

/** Each of them must be caught: one that is not is a defect of the explorer, of the contract of the engines, or of the runs of many sagas. */
export const mutants: readonly Mutant[] = [
  ...answersMutants,
  ...decisionsMutants,
  ...durabilityMutants,
  ...deadlinesMutants,
  ...circuitMutants,
  ...compactionMutants,
  ...manySagasMutants,
  ...refusalsMutants,
  ...waitsMutants,
];
