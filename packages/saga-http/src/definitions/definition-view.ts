import { z } from "@hono/zod-openapi";
import type { AnyHandler, Controller, Pause, StepPatience } from "saga-core";
import { hasEffect, termsOf, type WaitTerms } from "saga-core/engine";
import { pauseSchema, viewPause } from "../wire/pause-view.ts";

const waitsSchema = z
  .object({
    takes_signal: z.boolean().describe("Whether a signal ends it; if not, only its time does."),
    wait_ms: z.int().optional().describe("How long it waits, from when the saga comes to it."),
    wait_until: z.string().optional().describe("The member of the saga's data with the instant until which it waits."),
    on_timeout: z.enum(["turn-back", "go-on", "ask"]).describe("What follows when its time is over."),
    by_default: z.looseObject({}).optional().describe("What it gives when it goes on without a signal."),
    correlation: z.string().optional().describe("The member of the saga's input or data by which a sender may signal."),
  })
  .describe("It waits for a signal or an instant, and calls nobody but to be undone.");

const patienceSchema = z
  .object({
    attempts_max: z.int().optional(),
    backoff_ms_base: z.int().optional(),
    backoff_ms_max: z.int().optional(),
    deadline_ms: z.int().optional().describe("From its first attempt, instead of the saga's deadline."),
    give_up_ms: z.int().optional().describe("From its first attempt."),
  })
  .describe("Where the step's patience differs from that of the definition's sagas.");

const stepSchema = z
  .object({
    step: z.string(),
    kind: z.enum(["compensatable", "lasting", "pivot", "retriable", "read"]),
    participant: z.string(),
    waits: waitsSchema.optional(),
    keyed: z.boolean().describe("Whether the participant repeats its first answer to an Idempotency-Key."),
    key_retention_ms: z.int().optional().describe("How long it keeps that answer. Absent: for good."),
    arrives_within_ms: z.int().describe("How late a request without an answer may still arrive there."),
    orphan_is_harmless: z.literal(true).optional().describe("Its effect does no harm in a cancelled saga."),
    refused_rollback: z.literal("go-on").optional().describe("If its rollback is refused, the steps before it are undone first."),
    patience: patienceSchema.optional(),
    state: z
      .string()
      .optional()
      .describe("The state while the step is under way. A read has none: its saga stays in the state before."),
    undoing_state: z.string().optional(),
  })
  .openapi("DefinitionStep");

export const definitionSchema = z
  .object({
    definition: z.string(),
    version: z.int(),
    fingerprint: z
      .string()
      .describe(
        "A hash of the steps, kinds and words. The process does not start with another fingerprint for the same version.",
      ),
    initial_state: z.string(),
    states: z.array(z.string()),
    steps: z.array(stepSchema),
    transitions: z.array(z.object({ from: z.string(), event: z.string(), to: z.string() })),
    paused: pauseSchema.optional(),
  })
  .openapi("Definition");

type DefinitionStep = z.output<typeof stepSchema>;
export type DefinitionView = z.output<typeof definitionSchema>;

export function viewDefinition({ name, version, fingerprint, chart, handlers }: Controller, pause?: Pause): DefinitionView {
  return {
    definition: name,
    version,
    fingerprint,
    initial_state: chart.initial,
    states: [...chart.states],
    steps: handlers.map(viewStep),
    transitions: [...chart.arrows],
    ...(pause && { paused: viewPause(pause) }),
  };
}

/** What each saga records of the step at its start, and its words. */
function viewStep(handler: AnyHandler): DefinitionStep {
  const { step, kind, participant } = handler;
  const { keyed, keyRetentionMs, arrivesWithinMs, orphanIsHarmless, refusedRollback, wait, patience } = termsOf(handler);
  return {
    step,
    kind,
    participant: participant.name,
    ...(wait && { waits: viewWait(wait) }),
    keyed,
    ...(keyRetentionMs !== undefined && { key_retention_ms: keyRetentionMs }),
    arrives_within_ms: arrivesWithinMs,
    ...(orphanIsHarmless && { orphan_is_harmless: true }),
    ...(refusedRollback && { refused_rollback: refusedRollback }),
    ...(patience && { patience: viewPatience(patience) }),
    ...(hasEffect(handler) && { state: handler.words.state }),
    ...(handler.kind === "compensatable" && { undoing_state: handler.words.undoing }),
  };
}

function viewWait({ takesSignal, waitMs, waitUntil, onTimeout, byDefault, correlation }: WaitTerms): DefinitionStep["waits"] {
  return {
    takes_signal: takesSignal,
    ...(waitMs !== undefined && { wait_ms: waitMs }),
    ...(waitUntil !== undefined && { wait_until: waitUntil }),
    on_timeout: onTimeout,
    ...(byDefault && { by_default: byDefault }),
    ...(correlation !== undefined && { correlation }),
  };
}

function viewPatience(patience: StepPatience): DefinitionStep["patience"] {
  const { attemptsMax, backoffMsBase, backoffMsMax, deadlineMs, giveUpMs } = patience;
  return {
    ...(attemptsMax !== undefined && { attempts_max: attemptsMax }),
    ...(backoffMsBase !== undefined && { backoff_ms_base: backoffMsBase }),
    ...(backoffMsMax !== undefined && { backoff_ms_max: backoffMsMax }),
    ...(deadlineMs !== undefined && { deadline_ms: deadlineMs }),
    ...(giveUpMs !== undefined && { give_up_ms: giveUpMs }),
  };
}
