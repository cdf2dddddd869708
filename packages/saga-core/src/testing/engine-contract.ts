import type { ContractCase } from "./contract.ts";
import { cancelCases } from "./engine-contract-cancel.ts";
import { circuitCases } from "./engine-contract-circuit.ts";
import { contextCases } from "./engine-contract-context.ts";
import { deadlinesCases } from "./engine-contract-deadlines.ts";
import { interventionCases } from "./engine-contract-intervention.ts";
import { lifecycleCases } from "./engine-contract-lifecycle.ts";
import { observerCases } from "./engine-contract-observer.ts";
import { operationsCases } from "./engine-contract-operations.ts";
import { outcomesCases } from "./engine-contract-outcomes.ts";
import { patienceCases } from "./engine-contract-patience.ts";
import { pausesCases } from "./engine-contract-pauses.ts";
import { refusalsCases } from "./engine-contract-refusals.ts";
import { secretsCases } from "./engine-contract-secrets.ts";
import { undoingCases } from "./engine-contract-undoing.ts";
import { waitsCases } from "./engine-contract-waits.ts";
import type { MakeEngine } from "./engine-scene.ts";

/** What every engine must do. */
export const engineContract: readonly ContractCase<MakeEngine>[] = [
  ...outcomesCases,
  ...undoingCases,
  ...deadlinesCases,
  ...patienceCases,
  ...interventionCases,
  ...cancelCases,
  ...operationsCases,
  ...lifecycleCases,
  ...pausesCases,
  ...circuitCases,
  ...waitsCases,
  ...contextCases,
  ...observerCases,
  ...secretsCases,
  ...refusalsCases,
];
