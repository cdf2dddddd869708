import { z } from "../api/replies.ts";

// The page shows an unknown word as it is; but what decides must know every word, so this reads a definition strictly.

const milliseconds = z.number();
const name = z.string();

const patienceSchema = z.object({
  attempts_max: z.optional(z.number()),
  backoff_ms_base: z.optional(milliseconds),
  backoff_ms_max: z.optional(milliseconds),
  deadline_ms: z.optional(milliseconds),
  give_up_ms: z.optional(milliseconds),
});

const waitsSchema = z.object({
  takes_signal: z.boolean(),
  wait_ms: z.optional(milliseconds),
  wait_until: z.optional(name),
  on_timeout: z.enum(["turn-back", "go-on", "ask"]),
});

const stepSchema = z.object({
  step: name,
  kind: z.enum(["compensatable", "lasting", "pivot", "retriable", "read"]),
  participant: name,
  keyed: z.boolean(),
  key_retention_ms: z.optional(milliseconds),
  arrives_within_ms: milliseconds,
  call_timeout_ms: z.optional(milliseconds),
  looks_up: z.optional(z.boolean()),
  repeatable_rollback: z.optional(z.boolean()),
  orphan_is_harmless: z.optional(z.boolean()),
  refused_rollback: z.optional(z.literal("go-on")),
  patience: z.optional(patienceSchema),
  waits: z.optional(waitsSchema),
  state: z.optional(name),
  undoing_state: z.optional(name),
  events: z.optional(z.object({ done: name, failed: z.optional(name), undone: z.optional(name), timed_out: z.optional(name) })),
});

/** What the API must tell of a definition, so that its sagas can be decided here. */
export const toldDefinitionSchema = z.object({
  definition: name,
  version: z.number(),
  steps: z.array(stepSchema),
  transitions: z.array(z.object({ from: name, event: name, to: name })),
  policy: z.object({
    attempts_max: z.number(),
    backoff_ms_base: milliseconds,
    backoff_ms_max: milliseconds,
    retry_after_ms_max: milliseconds,
    deadline_ms: milliseconds,
    give_up_ms: milliseconds,
  }),
});

export type ToldDefinition = z.output<typeof toldDefinitionSchema>;
export type ToldStep = ToldDefinition["steps"][number];
export type ToldWait = z.output<typeof waitsSchema>;
