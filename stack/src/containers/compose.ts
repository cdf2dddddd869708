import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const service = z.strictObject({
  profiles: z.array(z.string()).optional(),
  image: z.string(),
  command: z.array(z.string()).default([]),
  build: z.strictObject({ context: z.literal("."), target: z.string() }).optional(),
  restart: z.literal("unless-stopped"),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()),
  pids_limit: z.int().optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  // Null: the value of the shell that runs Compose, and unset there where it is unset here.
  environment: z.record(z.string(), z.string("must be a text, in quotes").nullable()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  mem_limit: z.string().regex(/^\d+[mg]$/),
  cpus: z.number().positive(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(["service_healthy", "service_started"]) })).default({}),
});

const composeFile = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ name: z.string(), external: z.literal(true) })).default({}),
  volumes: z.record(z.string(), z.null()).default({}),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })).default({}),
});

export type ComposeFile = z.output<typeof composeFile>;
export type ComposeService = z.output<typeof service>;

/**
 * Reads a file of Docker Compose, with the defaults of its variables (`${NAME:-default}`).
 *
 * @throws Error where it is no YAML, or has a member that these files need not have.
 */
export function readCompose(path: string): ComposeFile {
  const text = readFileSync(path, "utf8").replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1");
  const document: unknown = parse(text, { merge: true });
  const own = z.record(z.string(), z.unknown()).parse(document);
  return composeFile.parse(Object.fromEntries(Object.entries(own).filter(([name]) => !name.startsWith("x-"))));
}

/** The variables that have a value whatever the shell has. */
export function variablesOf({ environment }: ComposeService): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

export function stopGraceMsOf({ stop_grace_period: period = "10s" }: ComposeService): number {
  return Number.parseInt(period, 10) * 1_000;
}
