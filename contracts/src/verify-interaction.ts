import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InteractionStates } from "./interaction-states.ts";
import { messageOf } from "./message-of.ts";
import { endFaults, resetMocks, secondEffects } from "./mocks.ts";
import { kindOf, type Pact, type PactInteraction, withOnly } from "./pact.ts";
import { findMismatches } from "./pact-verifier.ts";
import { type ProviderName, statesOf } from "./provider.ts";
import { type RecordedReply, startRecordingProxy } from "./recording-proxy.ts";
import { bothOutcomes } from "./same-outcome.ts";
import { type Services, sendFor } from "./states/state.ts";
import { until, WaitTimeout } from "./states/until.ts";
import type { InteractionResult } from "./verifier-task.ts";

export interface Verification {
  readonly provider: ProviderName;
  readonly services: Services;
  /** The mocks among the services, which are reset before each interaction. */
  readonly mocks: readonly string[];
  /** The directory for the files that the verifier reads. */
  readonly directory: string;
}

/** The result of an interaction that was sent, and its reasons. */
type Verified = Pick<InteractionResult, "result" | "reasons">;

/**
 * Puts the provider into the interaction's states, sends the request and compares the reply. Each interaction is verified alone, and
 * its states are set here, because Pact's verifier only logs an error of a state handler and still sends the request.
 *
 * @throws WaitTimeout if sagas of the provider keep running, so that no further interaction can be verified.
 */
export async function verifyInteraction(pact: Pact, interaction: PactInteraction, verification: Verification): Promise<Verified> {
  const { provider, services, mocks, directory } = verification;
  const proxy = await startRecordingProxy(services.provider);
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
    const failedChecks = await states.failedChecks();
    // Calls that a fault held up continue now. Only a saga at rest has had all its effects.
    await endFaults(mocks);
    await untilRest(verification);
    const effects = await secondEffects(mocks);
    await clear(verification);
    if (failedChecks.length + effects.length > 0)
      return { result: "failed", reasons: [...mismatches, ...failedChecks, ...effects] };
    return await judge(pact, interaction, { mismatches, reply: proxy.first() });
  } catch (error) {
    // Every later interaction would meet the running saga.
    if (error instanceof WaitTimeout) throw error;
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
  const [expected, actual] = reply === undefined ? [] : await bothOutcomes(interaction, reply);
  if (mismatches.length === 0) {
    // Pact follows a redirect and has no limits. The client follows none and has limits.
    const isSame = expected === actual;
    return isSame
      ? { result: "passed", reasons: [] }
      : { result: "failed", reasons: [`the client reads it as ${actual}, not as ${expected}`] };
  }
  // A keyed pact requires identical replies, which an outcome does not show.
  const isTolerable = kindOf(pact) !== "keyed" && expected !== undefined && expected === actual;
  return { result: isTolerable ? "tolerable" : "failed", reasons: [...mismatches] };
}

/** Resets everything before an interaction, so that it starts from its own states, and after it, so that nothing keeps running. */
async function clear(verification: Verification): Promise<void> {
  await endFaults(verification.mocks);
  await untilRest(verification);
  await resetMocks(verification.mocks);
}

/** Waits until no saga of an orchestrator is running. */
async function untilRest({ provider, services }: Verification): Promise<void> {
  if (provider !== "orchestrator") return;
  const list = z.object({ items: z.array(z.unknown()) });
  await until("no saga was running", async () => {
    return (await sendFor(list, `${services.provider}/sagas?status=running&limit=1`, "GET")).items.length === 0;
  });
}
