import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InteractionStates } from "./interaction-states.ts";
import { messageOf } from "./message-of.ts";
import { endFaults, resetMocks, secondEffects } from "./mocks.ts";
import { kindOf, type Pact, type PactInteraction, withOnly } from "./pact.ts";
import { findMismatches } from "./pact-verifier.ts";
import { type ProviderName, statesOf } from "./provider.ts";
import { type RecordedReply, recordBefore } from "./recording-proxy.ts";
import { bothOutcomes } from "./same-outcome.ts";
import { type Services, sendFor } from "./states/state.ts";
import { until, WaitedInVain } from "./states/until.ts";
import type { InteractionResult } from "./verifier-task.ts";

export interface Verification {
  readonly provider: ProviderName;
  readonly services: Services;
  /** The mocks among the services, which are reset before each interaction. */
  readonly mocks: readonly string[];
  /** Where to write what the verifier reads. */
  readonly directory: string;
}

/** What came of an interaction that was sent, and why. */
type Verified = Pick<InteractionResult, "result" | "reasons">;

/**
 * Puts the provider into the interaction's states, sends the request and compares the reply. Each interaction is verified alone, and
 * its states are set here: Pact's verifier logs what a state handler throws, and sends the request all the same.
 *
 * @throws WaitedInVain when the provider does not come to rest, so that nothing after it can be verified.
 */
export async function verifyInteraction(pact: Pact, interaction: PactInteraction, verification: Verification): Promise<Verified> {
  const { provider, services, mocks, directory } = verification;
  const proxy = await recordBefore(services.provider);
  try {
    await clear(verification);
    const states = new InteractionStates(statesOf[provider], services);
    await states.set(interaction);
    const file = join(directory, "pact.json");
    writeFileSync(file, withOnly(pact, interaction.description));
    const mismatches = await findMismatches({
      url: proxy.url,
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
    if (broken.length + effects.length > 0) return { result: "failed", reasons: [...mismatches, ...broken, ...effects] };
    return await judge(pact, interaction, { mismatches, reply: proxy.first() });
  } catch (error) {
    // What is stuck would meet every interaction after it.
    if (error instanceof WaitedInVain) throw error;
    return { result: "failed", reasons: [messageOf(error)] };
  } finally {
    await proxy.close();
  }
}

interface Compared {
  readonly mismatches: readonly string[];
  readonly reply: RecordedReply | undefined;
}

async function judge(pact: Pact, interaction: PactInteraction, { mismatches, reply }: Compared): Promise<Verified> {
  const [wanted, got] = reply === undefined ? [] : await bothOutcomes(interaction, reply);
  if (mismatches.length === 0) {
    // Pact follows a redirect and knows no limits; the client does neither.
    const isSame = wanted === got;
    return isSame
      ? { result: "passed", reasons: [] }
      : { result: "failed", reasons: [`the client reads it as ${got}, not as ${wanted}`] };
  }
  // A keyed pact is about the sameness of replies, which no outcome shows.
  const isTolerable = kindOf(pact) !== "keyed" && wanted !== undefined && wanted === got;
  return { result: isTolerable ? "tolerable" : "failed", reasons: [...mismatches] };
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
