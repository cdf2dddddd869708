import { z } from "@hono/zod-openapi";
import { type FoundSaga, type Saga, stateOf, statusOf } from "saga-core";
import {
  directionOf,
  type LastingEffect,
  type LateSignal,
  lastingOf,
  openPhaseOf,
  redacted,
  redactedText,
  unseenSignals,
} from "saga-core/engine";
import type { ObjectSchema, TextSchema } from "../wire/object-schema.ts";
import { phaseSchema, type SagaPhase } from "../wire/phase-schema.ts";
import { timestamp } from "../wire/timestamp.ts";
import { explain } from "./explanation.ts";
import type { Reason, ReasonView } from "./reason.ts";
import { reasonSchema } from "./reason-schema.ts";
import { reasonsOf } from "./reasons.ts";
import { type StepView, stepSchema, viewDeadline, viewStep } from "./step-view.ts";

/** A saga, as the API shows it to clients and operators. */
export interface SagaView {
  readonly saga_id: string;
  readonly definition: string;
  readonly version: number;
  readonly state: string;
  readonly status: SagaStatus;
  readonly phase?: SagaPhase | undefined;
  readonly phase_since?: string | undefined;
  readonly direction: ReturnType<typeof directionOf>;
  readonly input: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly steps: readonly StepView[];
  readonly explanation?: string | undefined;
  readonly reasons: readonly ReasonView[];
  readonly orphans?: readonly string[] | undefined;
  readonly late_signals?: readonly LateSignalView[] | undefined;
  readonly lasting?: readonly LastingEffect[] | undefined;
  readonly deadline_at?: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

export type SagaStatus = ReturnType<typeof statusOf>;

export interface LateSignalView {
  readonly step: string;
  readonly at: string;
  readonly because: LateSignal["because"];
  readonly outcome: LateSignal["outcome"]["outcome"];
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
}

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
    phase: phaseSchema.optional(),
    phase_since: z.iso
      .datetime()
      .optional()
      .describe("Since when it is at its `phase`; since its start where that is `forward`. Absent: it has ended."),
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
    reasons: z
      .array(reasonSchema)
      .describe(
        "Why the saga is where it is, for programs: what it stands at first, then how it turned back, then what is left of it. Empty while nothing holds it up.",
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
    deadline_at: z.iso
      .datetime()
      .optional()
      .describe("When the saga turns back if it has not passed its pivot. Absent: it does not any more."),
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
  const reasons = reasonsOf(found, at);
  const explained = explain(found, reasons, at);
  const explanation = explained === undefined ? undefined : redactedText(found, explained);
  const late = unseenSignals(saga);
  const lasting = lastingOf(controller, saga);
  return {
    saga_id: saga.id,
    definition: saga.definition,
    version: saga.version,
    state: stateOf(controller, saga),
    status: statusOf(saga),
    ...viewPhase(saga),
    direction: directionOf(saga),
    input: saga.input,
    data: saga.data,
    steps: saga.steps.map((_progress, index) => viewStep({ saga, controller }, index)),
    ...(explanation !== undefined && { explanation }),
    reasons: reasons.map((reason) => viewReason(found, reason)),
    ...(saga.orphans.length > 0 && { orphans: saga.orphans }),
    ...(late.length > 0 && { late_signals: late.map(viewLateSignal) }),
    ...(lasting.length > 0 && { lasting }),
    ...viewDeadline({ saga, controller }),
    created_at: timestamp(saga.createdAt),
    updated_at: timestamp(saga.updatedAt),
  };
}

function viewPhase(saga: Saga): Pick<SagaView, "phase" | "phase_since"> {
  const phase = openPhaseOf({ saga });
  return phase === undefined ? {} : { phase: phase.name, phase_since: timestamp(phase.since) };
}

/** The texts of others may have what is secret. */
function viewReason(found: FoundSaga, { code, parameters }: Reason): ReasonView {
  const { seen, known, ...others }: ReasonView["parameters"] = parameters;
  return {
    code,
    parameters: {
      ...others,
      ...(seen !== undefined && { seen: redactedText(found, seen) }),
      ...(known !== undefined && { known: redactedText(found, known) }),
    },
  };
}

function viewLateSignal({ step, at, because, outcome, by }: LateSignal): LateSignalView {
  const said = outcome.outcome === "done" ? { result: outcome.result } : { reason: outcome.reason };
  return { step, at: timestamp(at), because, outcome: outcome.outcome, ...said, ...(by !== undefined && { by }) };
}
