import { z } from "zod";
import { send } from "./http.ts";
import type { PactInteraction } from "./pact.ts";
import { type ProviderName, statesOf } from "./provider.ts";
import type { Requirement, Services } from "./states/state.ts";

/** The ways to set states, beyond the provider's own API. */
export interface Capabilities {
  readonly available: ReadonlySet<Requirement>;
  /** The services that are mocks, with routes under /control. */
  readonly mocks: readonly string[];
}

export async function findCapabilities({ provider, storeManager, payments }: Services): Promise<Capabilities> {
  const mocks: string[] = [];
  for (const url of [provider, storeManager, payments]) if (url !== undefined && (await hasControl(url))) mocks.push(url);
  const found: readonly (readonly [Requirement, boolean])[] = [
    ["control", mocks.includes(provider)],
    ["store-manager", storeManager !== undefined],
    ["order-paid-later", storeManager !== undefined && (await servesPaidLater(provider))],
    ["payments-control", payments !== undefined && mocks.includes(payments)],
    ["both-controls", [storeManager, payments].every((url) => url !== undefined && mocks.includes(url))],
  ];
  return { available: new Set(found.flatMap(([requirement, isFound]) => (isFound ? [requirement] : []))), mocks };
}

async function hasControl(url: string): Promise<boolean> {
  const { status, body } = await send(`${url}/control/state`, "GET");
  return status === 200 && z.looseObject({}).safeParse(body).success;
}

async function servesPaidLater(provider: string): Promise<boolean> {
  return (await send(`${provider}/definitions/order-paid-later`, "GET")).status === 200;
}

/** Decided before anything is sent: whether to verify an interaction. */
export type Plan =
  | { readonly verify: true }
  | { readonly verify: false; readonly result: "skipped" | "failed"; readonly reason: string };

/** A state without a handler fails the interaction. A state that only this service cannot be put into skips it. */
export function plan({ providerStates }: PactInteraction, provider: ProviderName, { available }: Capabilities): Plan {
  for (const { name } of providerStates) {
    const state = statesOf[provider][name];
    if (!state) return { verify: false, result: "failed", reason: `there is no handler for the state "${name}"` };
    if (state.needs && !available.has(state.needs)) {
      return { verify: false, result: "skipped", reason: `the state "${name}" needs ${describeRequirement[state.needs]}` };
    }
  }
  return { verify: true };
}

const describeRequirement: Readonly<Record<Requirement, string>> = {
  control: "the /control routes of a mock, because the service's own API cannot set it",
  "store-manager": "the Store Manager behind the orchestrator: give its URL with --store-manager-url",
  "order-paid-later":
    "an orchestrator with PAID_LATER_WAIT_MS, and the Store Manager behind it: give its URL with --store-manager-url",
  "payments-control": "a Payments mock with /control routes behind the orchestrator: give its URL with --payments-url",
  "both-controls":
    "mocks with /control routes behind the orchestrator: give their URLs with --store-manager-url and --payments-url",
};
