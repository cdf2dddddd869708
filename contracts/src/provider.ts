import { orchestratorStates } from "./states/orchestrator-states.ts";
import { paymentsStates } from "./states/payments-states.ts";
import type { ProviderStates } from "./states/state.ts";
import { storeManagerStates } from "./states/store-manager-states.ts";

/** The services that the pacts are about. */
export const providerNames = ["store-manager", "payments", "orchestrator"] as const;

export type ProviderName = (typeof providerNames)[number];

/** How each is put into the states that the pacts name. */
export const statesOf: Readonly<Record<ProviderName, ProviderStates>> = {
  "store-manager": storeManagerStates,
  payments: paymentsStates,
  orchestrator: orchestratorStates,
};

export function isProviderName(name: string): name is ProviderName {
  return providerNames.some((one) => one === name);
}
