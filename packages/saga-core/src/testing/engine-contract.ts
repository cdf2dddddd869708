import type { ContractCase } from "./contract.ts";
import { lifecycleCases } from "./engine-contract-lifecycle.ts";
import { operationsCases } from "./engine-contract-operations.ts";
import { outcomesCases } from "./engine-contract-outcomes.ts";
import type { MakeEngine } from "./engine-scene.ts";

/** What every engine must do. */
export const engineContract: readonly ContractCase<MakeEngine>[] = [...outcomesCases, ...operationsCases, ...lifecycleCases];
