import { z } from "zod";
import { send } from "./http.ts";
import type { PactInteraction } from "./pact.ts";
import { type ProviderName, statesOf } from "./provider.ts";
import type { Need, Services } from "./states/state.ts";

/** What there is to set states with, beyond the provider's own API. */
export interface Means {
  readonly needs: ReadonlySet<Need>;
  /** The services that are mocks, with routes under /control. */
  readonly mocks: readonly string[];
}

export async function findMeans({ provider, storeManager, payments }: Services): Promise<Means> {
  const mocks: string[] = [];
  for (const url of [provider, storeManager, payments]) if (url !== undefined && (await hasControl(url))) mocks.push(url);
  const has: readonly (readonly [Need, boolean])[] = [
    ["control", mocks.includes(provider)],
    ["store-manager", storeManager !== undefined],
    ["payments-control", payments !== undefined && mocks.includes(payments)],
  ];
  return { needs: new Set(has.flatMap(([need, isThere]) => (isThere ? [need] : []))), mocks };
}

async function hasControl(url: string): Promise<boolean> {
  const { status, body } = await send(`${url}/control/state`, "GET");
  return status === 200 && z.looseObject({}).safeParse(body).success;
}

/** What becomes of an interaction before anything is sent. */
export type Plan =
  | { readonly verify: true }
  | { readonly verify: false; readonly result: "skipped" | "failed"; readonly reason: string };

/** A state that nobody can set is a failure; one that only this service cannot be put into is a reason to skip. */
export function plan({ providerStates }: PactInteraction, provider: ProviderName, { needs }: Means): Plan {
  for (const { name } of providerStates) {
    const state = statesOf[provider][name];
    if (!state) return { verify: false, result: "failed", reason: `there is no handler for the state "${name}"` };
    if (state.needs && !needs.has(state.needs)) {
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
