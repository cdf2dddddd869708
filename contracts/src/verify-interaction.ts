import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Verifier } from "@pact-foundation/pact";
import { z } from "zod";
import { type Pact, type PactInteraction, withOnly } from "./pact.ts";
import { type ProviderName, statesOf } from "./provider.ts";
import { type ProviderStates, type Services, type Setting, sendFor, type Values } from "./states/state.ts";
import { until } from "./until.ts";

export interface Verification {
  readonly provider: ProviderName;
  readonly services: Services;
  /** The mocks among the services, which are reset before each interaction. */
  readonly mocks: readonly string[];
  /** Where to write what the verifier reads. */
  readonly directory: string;
}

/**
 * Puts the provider into the interaction's states, sends the request and compares the reply. An interaction is verified alone, so that
 * whatever a state handler or a check throws is told of that interaction: Pact itself logs it, and goes on.
 *
 * @returns why it failed; nothing when it passed.
 */
export async function verifyInteraction(
  pact: Pact,
  interaction: PactInteraction,
  { provider, services, mocks, directory }: Verification,
): Promise<readonly string[]> {
  const file = join(directory, "pact.json");
  writeFileSync(file, withOnly(pact, interaction.description));
  await clear(provider, services, mocks);
  const states = new StatesOfInteraction(statesOf[provider], services);
  const failures = await verify({
    provider: pact.provider,
    providerBaseUrl: services.provider,
    pactUrls: [file],
    stateHandlers: states.handlersOf(interaction),
    logLevel: "error",
  });
  await states.check();
  const effects = await secondEffects(mocks);
  await clear(provider, services, mocks);
  return [...states.failures, ...failures, ...effects];
}

/** Before, so that each interaction sets all that it wants to be there; after, so that nothing of it is left under way. */
async function clear(provider: ProviderName, services: Services, mocks: readonly string[]): Promise<void> {
  await resetAll(mocks);
  if (provider !== "orchestrator") return;
  // A saga of the interaction before, which nobody waited for, ends now that no fault holds it up; and leaves nothing behind.
  await untilAtRest(services.provider);
  await resetAll(mocks);
}

async function resetAll(mocks: readonly string[]): Promise<void> {
  for (const mock of mocks) await sendFor(z.unknown(), `${mock}/control/reset`, "POST");
}

async function untilAtRest(orchestrator: string): Promise<void> {
  const list = z.object({ items: z.array(z.unknown()) });
  await until("no saga was running", async () => {
    return (await sendFor(list, `${orchestrator}/sagas?status=running&limit=1`, "GET")).items.length === 0;
  });
}

/** One key has one effect at most, whatever was asked. */
async function secondEffects(mocks: readonly string[]): Promise<readonly string[]> {
  const ledger = z.object({ items: z.array(z.object({ route: z.string(), key: z.string().nullable() })) });
  const failures: string[] = [];
  for (const mock of mocks) {
    const { items } = await sendFor(ledger, `${mock}/control/ledger`, "GET");
    const keys = items.flatMap(({ key }) => (key === null ? [] : [key]));
    const twice = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
    failures.push(...[...twice].map((key) => `the key ${key} had more than one effect`));
  }
  return failures;
}

/** Sets the states of an interaction one after the other, and remembers what goes wrong. */
class StatesOfInteraction {
  readonly failures: string[] = [];
  readonly #states: ProviderStates;
  readonly #setting: Setting;
  readonly #checks: (() => Promise<void>)[] = [];
  #given: Values = {};

  constructor(states: ProviderStates, services: Services) {
    this.#states = states;
    this.#setting = { ...services, nonce: randomUUID() };
  }

  handlersOf({ providerStates }: PactInteraction) {
    return Object.fromEntries(
      providerStates.map(({ name }) => [name, { setup: (parameters?: unknown) => this.#set(name, parameters) }]),
    );
  }

  async #set(name: string, parameters: unknown): Promise<Record<string, string | number | boolean>> {
    try {
      const { values, check } = (await this.#states[name]?.set(fill(parameters, this.#given), this.#setting)) ?? {};
      if (check) this.#checks.push(check);
      this.#given = { ...this.#given, ...values };
      return { ...this.#given };
    } catch (error) {
      this.failures.push(`the state "${name}" could not be set: ${messageOf(error)}`);
      return {};
    }
  }

  /** Looks whether what the states promise still holds after the interaction. */
  async check(): Promise<void> {
    for (const check of this.#checks) {
      try {
        await check();
      } catch (error) {
        this.failures.push(messageOf(error));
      }
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Puts what earlier states gave in the place of `${name}`. */
function fill(value: unknown, given: Values): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, given));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member, given)]));
  }
  if (typeof value !== "string") return value;
  const whole = /^\$\{(\w+)\}$/.exec(value)?.[1];
  if (whole !== undefined) return given[whole];
  return value.replaceAll(/\$\{(\w+)\}/g, (_placeholder, name: string) => String(given[name]));
}

const mismatch = z.looseObject({
  type: z.string().optional(),
  path: z.string().optional(),
  key: z.string().optional(),
  mismatch: z.string().optional(),
  expected: z.unknown(),
  actual: z.unknown(),
});

const verifierReport = z.object({
  errors: z
    .array(
      z.object({
        mismatch: z.looseObject({ message: z.string().optional(), mismatches: z.array(mismatch).default([]) }),
      }),
    )
    .min(1),
});

async function verify(options: ConstructorParameters<typeof Verifier>[0]): Promise<readonly string[]> {
  try {
    await new Verifier(options).verifyProvider();
    return [];
  } catch (error) {
    const text = messageOf(error);
    const report = verifierReport.safeParse(parseJson(text)).data;
    if (!report) return [`the verifier could not tell: ${text}`];
    return report.errors.flatMap(({ mismatch: { message, mismatches } }) => [
      ...(message === undefined ? [] : [message]),
      ...mismatches.map(describe),
    ]);
  }
}

function describe({ type, path, key, mismatch: said, expected, actual }: z.output<typeof mismatch>): string {
  const where = type === "StatusMismatch" ? "status" : (key ?? path ?? "body");
  return `${where}: ${said ?? `expected ${JSON.stringify(expected)}, and it was ${JSON.stringify(actual)}`}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
