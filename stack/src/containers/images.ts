import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mockEnvironment, signalEnvironment } from "mock-kit";
import { environmentSchema } from "orchestrator/config";
import { readEnvironment } from "service-kit";
import { z } from "zod";
import { readDockerfile } from "./dockerfile.ts";

export const repository = join(import.meta.dirname, "../../..");

export const targets = ["orchestrator", "mock-store-manager", "mock-payments"] as const;
export type Target = (typeof targets)[number];

/** What each app reads. */
const schemas = {
  orchestrator: environmentSchema,
  "mock-store-manager": mockEnvironment(5000),
  "mock-payments": mockEnvironment(5009).extend(signalEnvironment.shape),
} satisfies Record<Target, z.ZodObject>;

/** Deno reads these, and no app: docs/operate.md has those of OpenTelemetry. */
const ofDeno = /^(?:DENO_NO_UPDATE_CHECK|OTEL_[A-Z_]+)$/;

export function isTarget(name: string | undefined): name is Target {
  return targets.some((target) => target === name);
}

export function readStages() {
  return readDockerfile(readFileSync(join(repository, "Dockerfile"), "utf8"));
}

/**
 * Reads variables as the app of an image does.
 *
 * @throws Error that names a variable that the app does not have, or whose value it does not take.
 */
export function settingsOf(target: Target, variables: Readonly<Record<string, string>>): { readonly PORT: number } {
  const schema: z.ZodObject = schemas[target];
  const unknown = Object.keys(variables).filter((name) => !(name in schema.shape) && !ofDeno.test(name));
  if (unknown.length > 0) throw new Error(`${target} has no variable ${unknown.join(", ")}.`);
  return z.looseObject({ PORT: z.int() }).parse(readEnvironment(schema, variables));
}

const manifest = z.object({ version: z.string(), scripts: z.object({ start: z.string() }) });

export function packageOf(target: Target) {
  return manifest.parse(JSON.parse(readFileSync(join(repository, "apps", target, "package.json"), "utf8")));
}
