import { z } from "zod";
import type { Pact, PactInteraction } from "./pact.ts";
import { orchestratorStates } from "./states/orchestrator-states.ts";
import { paymentsStates } from "./states/payments-states.ts";
import type { Need, ProviderStates, Services } from "./states/state.ts";
import { storeManagerStates } from "./states/store-manager-states.ts";

/** The services that the pacts are about, and how each is put into its states. */
export const statesOf = {
  "store-manager": storeManagerStates,
  payments: paymentsStates,
  orchestrator: orchestratorStates,
} as const satisfies Readonly<Record<string, ProviderStates>>;

export type ProviderName = keyof typeof statesOf;

export const providerNames: readonly ProviderName[] = ["store-manager", "payments", "orchestrator"];

/** What can be had to set states with, beyond the provider's own API. */
export type Means = ReadonlySet<Need>;

export async function findMeans({ provider, storeManager, payments }: Services): Promise<Means> {
  const found: readonly (readonly [Need, boolean])[] = [
    ["control", await hasControl(provider)],
    ["store-manager", storeManager !== undefined],
    ["payments-control", payments !== undefined && (await hasControl(payments))],
  ];
  return new Set(found.flatMap(([need, isThere]) => (isThere ? [need] : [])));
}

export async function hasControl(url: string): Promise<boolean> {
  const response = await fetch(`${url}/control/state`, { headers: { connection: "close" } });
  const text = await response.text();
  return response.ok && z.looseObject({}).safeParse(parseJson(text)).success;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What becomes of an interaction before anything is sent. */
export type Plan =
  | { readonly verify: true }
  | { readonly verify: false; readonly result: "skipped" | "failed"; readonly reason: string };

/** A state that nobody can set is a failure; one that only this service cannot be put into is a reason to skip. */
export function plan(interaction: PactInteraction, provider: ProviderName, means: Means): Plan {
  const states: ProviderStates = statesOf[provider];
  for (const { name } of interaction.providerStates) {
    const state = states[name];
    if (!state) return { verify: false, result: "failed", reason: `there is no handler for the state "${name}"` };
    if (state.needs && !means.has(state.needs)) {
      return { verify: false, result: "skipped", reason: `the state "${name}" needs ${describeNeed[state.needs]}` };
    }
  }
  return { verify: true };
}

const describeNeed: Readonly<Record<Need, string>> = {
  control: "the /control routes of a mock; the service's own API cannot bring it about",
  "store-manager": "the Store Manager behind the orchestrator: say where it is with --store-manager-url",
  "payments-control": "a Payments mock behind the orchestrator, with its /control routes: --payments-url",
};

/** What a pact is called among those of its provider. */
export function kindOf({ consumer }: Pick<Pact, "consumer">): string {
  return consumer.replace(/^orchestrator-/, "").replace(/^orchestrator$/, "base");
}

export function isProviderName(name: string): name is ProviderName {
  return name in statesOf;
}
