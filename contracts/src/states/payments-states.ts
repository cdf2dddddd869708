import { z } from "zod";
import { requestStates } from "./request-states.ts";
import { type ProviderStates, type StateSet, sendFor, state } from "./state.ts";

/** Puts a Payments API into the states of the pacts. */
export const paymentsStates: ProviderStates = {
  ...requestStates,

  // Nothing to set: the API creates a payment for any order, and cannot find one by its order.
  "the order has no payment": state(z.object({ order_id: z.int() }), async () => ({})),

  "the payments of the user are refused": state(
    z.object({ user_id: z.int() }),
    ({ user_id }, { provider }) => refuse(provider, [user_id]),
    "control",
  ),

  "the payments of every user are accepted": state(z.object({}), (_none, { provider }) => refuse(provider, []), "control"),
};

async function refuse(provider: string, users: readonly number[]): Promise<StateSet> {
  await sendFor(z.unknown(), `${provider}/control/refused-users`, "POST", { body: { users } });
  return {};
}
