import { z } from "@hono/zod-openapi";
import type { ObjectSchema, TextSchema } from "../wire/object-schema.ts";
import type { ReasonCode, ReasonParameters, ReasonView } from "./reason.ts";
import { reasonMeanings } from "./reason-meanings.ts";

const codeSchema: TextSchema<ReasonCode> = z.enum([
  "unknown-unkeyed",
  "gave-up",
  "key-may-be-forgotten",
  "defect",
  "id-reused",
  "refused",
  "signal-refused",
  "no-signal",
  "correlation-taken",
  "correlation-unusable",
  "unregistered",
  "unreadable",
  "waiting-for-signal",
  "waiting-for-instant",
  "not-done-yet",
  "repeated",
  "repeated-harmlessly",
  "looked-up",
  "turns-back",
  "asks-later",
  "held-back",
  "under-way",
  "turned-back",
  "completed",
  "cancelled",
  "orphans",
  "lasting",
  "late-signals",
]);

const instant = z.iso.datetime().optional();
const text = z.string().optional();

const parametersSchema: ObjectSchema<ReasonParameters> = z.object({
  step: text,
  action: z.enum(["run", "rollback"]).optional(),
  participant: text,
  attempts: z.int().optional(),
  attempts_max: z.int().optional(),
  outcome: z.enum(["rejected", "unavailable", "unknown"]).optional(),
  seen: text.describe("The words of the participant, or of the sender of a signal."),
  known: text.describe("The words of the definition about its participant."),
  next_attempt_at: instant,
  since: instant,
  until: instant,
  on_timeout: z.enum(["turn-back", "go-on", "ask"]).optional(),
  holder: text.describe("The id of another saga, which has what this one would need."),
  member: text,
  steps: z.array(z.string()).optional(),
  count: z.int().optional(),
  definition: text,
  version: z.int().optional(),
  cause: z.enum(["rejected", "unavailable", "deadline", "cancelled", "timeout"]).optional(),
});

export const reasonSchema: ObjectSchema<ReasonView> = z
  .object({
    code: codeSchema.describe(
      Object.entries(reasonMeanings)
        .map(([code, { says }]) => `\`${code}\`: ${says}`)
        .join("\n"),
    ),
    parameters: parametersSchema,
    events: z
      .array(z.int())
      .optional()
      .describe("The numbers of the events that show it. Only in the reply for one saga, where its history can be read."),
  })
  .openapi("Reason");
