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
  // One is verified by its description.
  interactions: z
    .array(interaction)
    .min(1)
    .refine((all) => new Set(all.map(({ description }) => description)).size === all.length, "two have one description"),
});

/** One request and its reply, and what must be there before it. */
export type PactInteraction = z.output<typeof interaction>;

/** What a consumer wants of a provider. */
export interface Pact {
  readonly file: string;
  readonly consumer: string;
  readonly provider: string;
  readonly interactions: readonly PactInteraction[];
  /** As it stands on the disk. */
  readonly text: string;
  readonly sha256: string;
}

/** Every pact in a directory, by the names of their files. */
export function readPacts(directory: string): readonly Pact[] {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const stranger = files.find((file) => !/^[\w-]+\.json$/.test(file));
  if (stranger !== undefined) throw new TypeError(`${stranger} is no pact: there is nothing else in ${directory}`);
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
    throw new TypeError(`${file} is no pact that is written here: ${messageOf(cause)}`, { cause });
  }
}

/** The pact file with one of its interactions alone, as a verifier takes it. */
export function withOnly({ text }: Pact, description: string): string {
  const whole = z.looseObject({ interactions: z.array(z.looseObject({ description: z.string() })) }).parse(JSON.parse(text));
  return JSON.stringify({ ...whole, interactions: whole.interactions.filter((one) => one.description === description) });
}

/** What a pact is called among those of its provider: base, optional, keyed; or its consumer. */
export function kindOf({ consumer }: Pick<Pact, "consumer">): string {
  return consumer.replace(/^orchestrator-/, "");
}
