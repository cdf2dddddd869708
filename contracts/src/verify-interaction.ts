import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InteractionStates } from "./interaction-states.ts";
import { messageOf } from "./message-of.ts";
import { endFaults, resetMocks, secondEffects } from "./mocks.ts";
import { type Pact, type PactInteraction, withOnly } from "./pact.ts";
import { findMismatches } from "./pact-verifier.ts";
import { type ProviderName, statesOf } from "./provider.ts";
import { type Services, sendFor } from "./states/state.ts";
import { until, WaitedInVain } from "./states/until.ts";

export interface Verification {
  readonly provider: ProviderName;
  readonly services: Services;
  /** The mocks among the services, which are reset before each interaction. */
  readonly mocks: readonly string[];
  /** Where to write what the verifier reads. */
  readonly directory: string;
}

/**
 * Puts the provider into the interaction's states, sends the request and compares the reply. Each interaction is verified alone, and
 * its states are set here: Pact's verifier logs what a state handler throws, and sends the request all the same.
 *
 * @returns why it failed; nothing when it passed.
 * @throws WaitedInVain when the provider does not come to rest, so that nothing after it can be verified.
 */
export async function verifyInteraction(
  pact: Pact,
  interaction: PactInteraction,
  verification: Verification,
): Promise<readonly string[]> {
  const { provider, services, mocks, directory } = verification;
  try {
    await clear(verification);
    const states = new InteractionStates(statesOf[provider], services);
    await states.set(interaction);
    const file = join(directory, "pact.json");
    writeFileSync(file, withOnly(pact, interaction.description));
    const mismatches = await findMismatches({
      url: services.provider,
      provider: pact.provider,
      file,
      states: interaction.providerStates.map(({ name }) => name),
      values: states.values,
    });
    const broken = await states.broken();
    // Only what is at rest has had all its effects; what a fault held up goes on now.
    await endFaults(mocks);
    await atRest(verification);
    const effects = await secondEffects(mocks);
    await clear(verification);
    return [...mismatches, ...broken, ...effects];
  } catch (error) {
    // What is stuck would meet every interaction after it.
    if (error instanceof WaitedInVain) throw error;
    return [messageOf(error)];
  }
}

/** Before, so that each interaction sets all that it wants to be there; after, so that nothing of it is left under way. */
async function clear(verification: Verification): Promise<void> {
  await endFaults(verification.mocks);
  await atRest(verification);
  await resetMocks(verification.mocks);
}

/** A saga of an orchestrator for which nobody waits. */
async function atRest({ provider, services }: Verification): Promise<void> {
  if (provider !== "orchestrator") return;
  const list = z.object({ items: z.array(z.unknown()) });
  await until("no saga was running", async () => {
    return (await sendFor(list, `${services.provider}/sagas?status=running&limit=1`, "GET")).items.length === 0;
  });
}
