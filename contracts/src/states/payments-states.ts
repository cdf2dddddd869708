import { z } from "zod";
import { requestStates } from "./request-states.ts";
import { type ProviderStates, type StateSet, sendFor, state } from "./state.ts";

/** How a Payments API is put into the states that the pacts name. */
export const paymentsStates: ProviderStates = {
  ...requestStates,

  // It makes a payment for any order, and cannot look one up by its order: there is nothing to set.
  "the order has no payment": state(z.object({ order_id: z.int() }), async () => ({})),

  "the payments of the user are refused": state(
    z.object({ user_id: z.int() }),
    ({ user_id }, { provider }) => refuse(provider, [user_id]),
    "control",
  ),

  "the payments of every user are taken": state(z.object({}), (_none, { provider }) => refuse(provider, []), "control"),
};

async function refuse(provider: string, users: readonly number[]): Promise<StateSet> {
  await sendFor(z.unknown(), `${provider}/control/refused-users`, "POST", { body: { users } });
  return {};
}
