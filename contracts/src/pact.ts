import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "./message-of.ts";

const interaction = z.looseObject({
  description: z.string(),
  comments: z
    .object({ references: z.object({ contract: z.object({ call: z.string(), reply: z.string() }) }) })
    .transform(({ references }) => references.contract),
  providerStates: z.array(z.object({ name: z.string(), params: z.record(z.string(), z.unknown()).default({}) })).default([]),
  request: z.looseObject({ method: z.string(), path: z.string() }),
  response: z.looseObject({
    status: z.int(),
    headers: z.record(z.string(), z.array(z.string())).default({}),
    body: z.object({ content: z.unknown() }).optional(),
  }),
});

const pactFile = z.object({
  consumer: z.object({ name: z.string() }),
  provider: z.object({ name: z.string() }),
  // Each interaction is verified by its description.
  interactions: z
    .array(interaction)
    .min(1)
    .refine(
      (all) => new Set(all.map(({ description }) => description)).size === all.length,
      "two interactions have the same description",
    ),
});

/** One request, its reply, and the states of the provider before it. */
export type PactInteraction = z.output<typeof interaction>;

/** The interactions that a consumer expects of a provider. */
export interface Pact {
  readonly file: string;
  readonly consumer: string;
  readonly provider: string;
  readonly interactions: readonly PactInteraction[];
  /** The unchanged text of the file. */
  readonly text: string;
  readonly sha256: string;
}

/** Reads every pact in a directory, in the order of their file names. */
export function readPacts(directory: string): readonly Pact[] {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const other = files.find((file) => !/^[\w-]+\.json$/.test(file));
  if (other !== undefined) throw new TypeError(`${other} is not a pact: ${directory} must contain only pacts`);
  return files.toSorted((one, other) => (one < other ? -1 : 1)).map((file) => readPact(join(directory, file), file));
}

function readPact(path: string, file: string): Pact {
  const text = readFileSync(path, "utf8");
  const { consumer, provider, interactions } = parsePact(text, file);
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { file, consumer: consumer.name, provider: provider.name, interactions, text, sha256 };
}

function parsePact(text: string, file: string): z.output<typeof pactFile> {
  try {
    return pactFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new TypeError(`${file} is not a pact of this repository: ${messageOf(cause)}`, { cause });
  }
}

/** The text of the pact file with only one of its interactions, for the verifier. */
export function withOnly({ text }: Pact, description: string): string {
  const whole = z.looseObject({ interactions: z.array(z.looseObject({ description: z.string() })) }).parse(JSON.parse(text));
  return JSON.stringify({ ...whole, interactions: whole.interactions.filter((one) => one.description === description) });
}

/** The name of a pact among those of its provider: base, optional or keyed; or the name of its consumer. */
export function kindOf({ consumer }: Pick<Pact, "consumer">): string {
  return consumer.replace(/^orchestrator-/, "");
}
