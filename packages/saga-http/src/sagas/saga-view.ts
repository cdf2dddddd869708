import { z } from "@hono/zod-openapi";
import { type FoundSaga, type OnTimeout, type Saga, stateOf, statusOf } from "saga-core";
import {
  directionOf,
  type LastingEffect,
  type LateSignal,
  lastingOf,
  redacted,
  redactedText,
  type StepProgress,
  unseenSignals,
} from "saga-core/engine";
import type { ObjectSchema, TextSchema } from "../wire/object-schema.ts";
import { timestamp } from "../wire/timestamp.ts";
import { explain } from "./explanation.ts";

/** A saga, as the API shows it to clients and operators. */
export interface SagaView {
  readonly saga_id: string;
  readonly definition: string;
  readonly version: number;
  readonly state: string;
  readonly status: SagaStatus;
  readonly direction: ReturnType<typeof directionOf>;
  readonly input: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly steps: readonly StepView[];
  readonly explanation?: string | undefined;
  readonly orphans?: readonly string[] | undefined;
  readonly late_signals?: readonly LateSignalView[] | undefined;
  readonly lasting?: readonly LastingEffect[] | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

export type SagaStatus = ReturnType<typeof statusOf>;

export interface StepView {
  readonly step: string;
  readonly status: StepProgress["status"];
  readonly attempts: number;
  readonly last_error?: StepProgress["lastError"] | undefined;
  readonly next_attempt_at?: string | undefined;
  readonly waits?: WaitView | undefined;
}

/** The wait that a saga stands at. */
export interface WaitView {
  readonly since: string;
  readonly until?: string | undefined;
  readonly on_timeout: OnTimeout;
}

export interface LateSignalView {
  readonly step: string;
  readonly at: string;
  readonly because: LateSignal["because"];
  readonly outcome: LateSignal["outcome"]["outcome"];
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
}

const waitSchema: ObjectSchema<WaitView> = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime().optional().describe("Absent: without end."),
  on_timeout: z.enum(["turn-back", "go-on", "ask"]),
});

const stepSchema: ObjectSchema<StepView> = z
  .object({
    step: z.string(),
    status: z.enum([
      "pending",
      "waiting",
      "running",
      "done",
      "rejected",
      "unknown",
      "undoing",
      "undone",
      "undo-refused",
      "skipped",
    ]),
    attempts: z.int(),
    last_error: z.object({ outcome: z.enum(["rejected", "unavailable", "unknown"]), reason: z.string() }).optional(),
    next_attempt_at: z.iso.datetime().optional(),
    waits: waitSchema.optional().describe("The saga waits there for a signal or an instant."),
  })
  .openapi("Step");

const lateSignalSchema: ObjectSchema<LateSignalView> = z
  .object({
    step: z.string(),
    at: z.iso.datetime(),
    because: z.enum(["another-signal", "timeout", "turned", "ended"]),
    outcome: z.enum(["done", "rejected"]),
    result: z.looseObject({}).optional(),
    reason: z.string().optional(),
    by: z.string().optional(),
  })
  .openapi("LateSignal");

const lastingSchema: ObjectSchema<LastingEffect> = z.object({ step: z.string(), applied: z.enum(["yes", "perhaps"]) });

export const statusSchema: TextSchema<SagaStatus> = z.enum(["running", "completed", "cancelled", "needs_intervention"], {
  error: 'must be "running", "completed", "cancelled" or "needs_intervention"',
});

export const sagaSchema: ObjectSchema<SagaView> = z
  .object({
    saga_id: z.uuid(),
    definition: z.string(),
    version: z.int(),
    state: z.string(),
    status: statusSchema,
    direction: z.enum(["forward", "compensating"]),
    input: z.looseObject({}),
    data: z.looseObject({}),
    steps: z.array(stepSchema),
    explanation: z
      .string()
      .optional()
      .describe(
        "For a saga that waits or needs a human: what happened, what is known, what is not known, and what each choice would do.",
      ),
    orphans: z
      .array(z.string())
      .optional()
      .describe("The steps whose effect may remain although the saga is cancelled, because it is declared harmless."),
    late_signals: z
      .array(lateSignalSchema)
      .optional()
      .describe("The signals that came too late, and that no person has acknowledged."),
    lasting: z
      .array(lastingSchema)
      .optional()
      .describe(
        "For a cancelled saga: the steps that are never undone and were applied. `perhaps`: no answer settled it, and it may even arrive yet.",
      ),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi("Saga");

/**
 * A saga without its secrets: nobody who looks at it sees them.
 *
 * @param at the present instant in epoch milliseconds: the explanation of a waiting saga changes with time.
 */
export function viewSaga(found: FoundSaga, at: number): SagaView {
  const { controller } = found;
  const saga = redacted(found);
  // A definition says what is known by the data itself.
  const explained = explain(found, at);
  const explanation = explained === undefined ? undefined : redactedText(found, explained);
  const late = unseenSignals(saga);
  const lasting = lastingOf(controller, saga);
  return {
    saga_id: saga.id,
    definition: saga.definition,
    version: saga.version,
    state: stateOf(controller, saga),
    status: statusOf(saga),
    direction: directionOf(saga),
    input: saga.input,
    data: saga.data,
    steps: saga.steps.map((progress) => viewStep(progress, saga)),
    ...(explanation !== undefined && { explanation }),
    ...(saga.orphans.length > 0 && { orphans: saga.orphans }),
    ...(late.length > 0 && { late_signals: late.map(viewLateSignal) }),
    ...(lasting.length > 0 && { lasting }),
    created_at: timestamp(saga.createdAt),
    updated_at: timestamp(saga.updatedAt),
  };
}

function viewLateSignal({ step, at, because, outcome, by }: LateSignal): LateSignalView {
  const said = outcome.outcome === "done" ? { result: outcome.result } : { reason: outcome.reason };
  return { step, at: timestamp(at), because, outcome: outcome.outcome, ...said, ...(by !== undefined && { by }) };
}

function viewWait({ step, waitingSince, waitingUntil }: StepProgress, { terms }: Saga): Pick<StepView, "waits"> {
  const wait = terms.find((each) => each.step === step)?.wait;
  if (!wait || waitingSince === undefined) return {};
  const until = waitingUntil === undefined ? {} : { until: timestamp(waitingUntil) };
  return { waits: { since: timestamp(waitingSince), ...until, on_timeout: wait.onTimeout } };
}

function viewStep(progress: StepProgress, saga: Saga): StepView {
  const { step, status, attempts, lastError, nextAttemptAt } = progress;
  return {
    step,
    status,
    attempts,
    ...(lastError && { last_error: lastError }),
    ...(nextAttemptAt !== undefined && { next_attempt_at: timestamp(nextAttemptAt) }),
    ...viewWait(progress, saga),
  };
}
