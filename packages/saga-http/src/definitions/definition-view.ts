import { z } from "@hono/zod-openapi";
import type { AnyHandler, Controller, OnTimeout, Pause, StepPatience } from "saga-core";
import { callTimeoutOf, hasEffect, isWait, termsOf, type WaitTerms } from "saga-core/engine";
import type { ObjectSchema } from "../wire/object-schema.ts";
import { type PauseView, pauseSchema, viewPause } from "../wire/pause-view.ts";
import { jsonSchemaOf } from "./json-schema-of.ts";
import { type PolicyView, policySchema, viewPolicy } from "./policy-view.ts";
import { type StepEventsView, stepEventsSchema, viewStepEvents } from "./step-events-view.ts";

/** A definition, as the API shows it. */
export interface DefinitionView {
  readonly definition: string;
  readonly version: number;
  readonly fingerprint: string;
  readonly columns: readonly string[];
  readonly initial_state: string;
  readonly states: readonly string[];
  readonly steps: readonly DefinitionStepView[];
  readonly transitions: Controller["chart"]["arrows"];
  readonly policy: PolicyView;
  readonly paused?: PauseView | undefined;
}

/** What each saga records of the step at its start, and its words. */
export interface DefinitionStepView {
  readonly step: string;
  readonly kind: AnyHandler["kind"];
  readonly participant: string;
  readonly waits?: WaitTermsView | undefined;
  readonly result_schema?: Readonly<Record<string, unknown>> | undefined;
  readonly keyed: boolean;
  readonly key_retention_ms?: number | undefined;
  readonly arrives_within_ms: number;
  readonly call_timeout_ms?: number | undefined;
  readonly looks_up?: true | undefined;
  readonly repeatable_rollback?: true | undefined;
  readonly orphan_is_harmless?: true | undefined;
  readonly refused_rollback?: "go-on" | undefined;
  readonly patience?: PatienceView | undefined;
  readonly state?: string | undefined;
  readonly undoing_state?: string | undefined;
  readonly events?: StepEventsView | undefined;
}

export interface WaitTermsView {
  readonly takes_signal: boolean;
  readonly signal_schema?: Readonly<Record<string, unknown>> | undefined;
  readonly wait_ms?: number | undefined;
  readonly wait_until?: string | undefined;
  readonly on_timeout: OnTimeout;
  readonly by_default?: Readonly<Record<string, unknown>> | undefined;
  readonly correlation?: string | undefined;
}

export interface PatienceView {
  readonly attempts_max?: number | undefined;
  readonly backoff_ms_base?: number | undefined;
  readonly backoff_ms_max?: number | undefined;
  readonly deadline_ms?: number | undefined;
  readonly give_up_ms?: number | undefined;
}

const waitsSchema: ObjectSchema<WaitTermsView> = z
  .object({
    takes_signal: z.boolean().describe("Whether a signal ends it; if not, only its time does."),
    signal_schema: z
      .looseObject({})
      .optional()
      .describe("The JSON Schema of the signal, where the definition's library of schemas makes one."),
    wait_ms: z.int().optional().describe("How long it waits, from when the saga comes to it."),
    wait_until: z.string().optional().describe("The member of the saga's data with the instant until which it waits."),
    on_timeout: z.enum(["turn-back", "go-on", "ask"]).describe("What follows when its time is over."),
    by_default: z.looseObject({}).optional().describe("What it gives when it goes on without a signal."),
    correlation: z.string().optional().describe("The member of the saga's input or data by which a sender may signal."),
  })
  .describe("It waits for a signal or an instant, and calls nobody but to be undone.");

const patienceSchema: ObjectSchema<PatienceView> = z
  .object({
    attempts_max: z.int().optional(),
    backoff_ms_base: z.int().optional(),
    backoff_ms_max: z.int().optional(),
    deadline_ms: z.int().optional().describe("From its first attempt, instead of the saga's deadline."),
    give_up_ms: z.int().optional().describe("From its first attempt."),
  })
  .describe("Where the step's patience differs from that of the definition's sagas.");

const stepSchema: ObjectSchema<DefinitionStepView> = z
  .object({
    step: z.string(),
    kind: z.enum(["compensatable", "lasting", "pivot", "retriable", "read"]),
    participant: z.string(),
    waits: waitsSchema.optional(),
    result_schema: z
      .looseObject({})
      .optional()
      .describe(
        "The JSON Schema of what the step gives, and of `result` in its resolution, where the definition's library of schemas makes one.",
      ),
    keyed: z.boolean().describe("Whether the participant repeats its first answer to an Idempotency-Key."),
    key_retention_ms: z.int().optional().describe("How long it keeps that answer. Absent: for good."),
    arrives_within_ms: z.int().describe("How late a request without an answer may still arrive there."),
    call_timeout_ms: z.int().optional().describe("The deadline of each of its calls. A step that waits has none."),
    looks_up: z
      .literal(true)
      .optional()
      .describe("It can look up, without an effect, whether it was applied: so a doubt is settled where no keys are kept."),
    repeatable_rollback: z.literal(true).optional().describe("Its rollback has no second effect, also without a key."),
    orphan_is_harmless: z.literal(true).optional().describe("Its effect does no harm in a cancelled saga."),
    refused_rollback: z.literal("go-on").optional().describe("If its rollback is refused, the steps before it are undone first."),
    patience: patienceSchema.optional(),
    state: z
      .string()
      .optional()
      .describe("The state while the step is under way. A read has none: its saga stays in the state before."),
    undoing_state: z.string().optional(),
    events: stepEventsSchema.optional(),
  })
  .openapi("DefinitionStep");

export const definitionSchema: ObjectSchema<DefinitionView> = z
  .object({
    definition: z.string(),
    version: z.int(),
    fingerprint: z
      .string()
      .describe(
        "A hash of the steps, kinds and words. The process does not start with another fingerprint for the same version.",
      ),
    columns: z
      .array(z.string())
      .describe("The members of a saga's `data` or `input` by which people know it, for lists. The first one names the saga."),
    initial_state: z.string(),
    states: z.array(z.string()),
    steps: z.array(stepSchema),
    transitions: z.array(z.object({ from: z.string(), event: z.string(), to: z.string() })),
    policy: policySchema,
    paused: pauseSchema.optional(),
  })
  .openapi("Definition");

export function viewDefinition(controller: Controller, pause?: Pause): DefinitionView {
  const { name, version, fingerprint, columns, chart, handlers, policy } = controller;
  return {
    definition: name,
    version,
    fingerprint,
    columns,
    initial_state: chart.initial,
    states: chart.states,
    steps: handlers.map(viewStep),
    transitions: chart.arrows,
    policy: viewPolicy(policy),
    ...(pause && { paused: viewPause(pause) }),
  };
}

function viewStep(handler: AnyHandler): DefinitionStepView {
  const { step, kind, participant } = handler;
  const resultSchema = jsonSchemaOf(handler.gives);
  const { keyed, keyRetentionMs, arrivesWithinMs, orphanIsHarmless, refusedRollback, wait, patience } = termsOf(handler);
  return {
    step,
    kind,
    participant: participant.name,
    ...(wait && { waits: viewWait(wait, handler) }),
    ...(resultSchema && { result_schema: resultSchema }),
    keyed,
    ...(keyRetentionMs !== undefined && { key_retention_ms: keyRetentionMs }),
    arrives_within_ms: arrivesWithinMs,
    ...(!wait && { call_timeout_ms: callTimeoutOf(handler) }),
    ...(hasEffect(handler) && handler.probe && { looks_up: true }),
    ...(handler.kind === "compensatable" && handler.rollbackIsRepeatable && { repeatable_rollback: true }),
    ...(orphanIsHarmless && { orphan_is_harmless: true }),
    ...(refusedRollback && { refused_rollback: refusedRollback }),
    ...(patience && { patience: viewPatience(patience) }),
    ...(hasEffect(handler) && { state: handler.words.state }),
    ...(handler.kind === "compensatable" && { undoing_state: handler.words.undoing }),
    ...(hasEffect(handler) && { events: viewStepEvents(handler) }),
  };
}

function viewWait(
  { takesSignal, waitMs, waitUntil, onTimeout, byDefault, correlation }: WaitTerms,
  handler: AnyHandler,
): WaitTermsView {
  const signalSchema = isWait(handler) && handler.accepts ? jsonSchemaOf(handler.accepts) : undefined;
  return {
    takes_signal: takesSignal,
    ...(signalSchema && { signal_schema: signalSchema }),
    ...(waitMs !== undefined && { wait_ms: waitMs }),
    ...(waitUntil !== undefined && { wait_until: waitUntil }),
    on_timeout: onTimeout,
    ...(byDefault && { by_default: byDefault }),
    ...(correlation !== undefined && { correlation }),
  };
}

function viewPatience(patience: StepPatience): PatienceView {
  const { attemptsMax, backoffMsBase, backoffMsMax, deadlineMs, giveUpMs } = patience;
  return {
    ...(attemptsMax !== undefined && { attempts_max: attemptsMax }),
    ...(backoffMsBase !== undefined && { backoff_ms_base: backoffMsBase }),
    ...(backoffMsMax !== undefined && { backoff_ms_max: backoffMsMax }),
    ...(deadlineMs !== undefined && { deadline_ms: deadlineMs }),
    ...(giveUpMs !== undefined && { give_up_ms: giveUpMs }),
  };
}
