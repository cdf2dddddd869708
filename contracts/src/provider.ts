import { orchestratorStates } from "./states/orchestrator-states.ts";
import { paymentsStates } from "./states/payments-states.ts";
import type { ProviderStates } from "./states/state.ts";
import { storeManagerStates } from "./states/store-manager-states.ts";

/** The services that have pacts. */
export const providerNames = ["store-manager", "payments", "orchestrator"] as const;

export type ProviderName = (typeof providerNames)[number];

/** The handlers for the states of each service. */
export const statesOf: Readonly<Record<ProviderName, ProviderStates>> = {
  "store-manager": storeManagerStates,
  payments: paymentsStates,
  orchestrator: orchestratorStates,
};

export function isProviderName(name: string): name is ProviderName {
  return providerNames.some((one) => one === name);
}
