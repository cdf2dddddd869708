import { z } from "@hono/zod-openapi";
import { type FoundSaga, stateOf, statusOf } from "saga-core";
import { directionOf, type LateSignal, lastingOf, unseenSignals } from "saga-core/engine";
import { timestamp } from "../wire/timestamp.ts";
import { explain } from "./explanation.ts";
import { stepSchema, viewDeadline, viewStep } from "./step-view.ts";

const lateSignalSchema = z
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

export const statusSchema = z.enum(["running", "completed", "cancelled", "needs_intervention"], {
  error: 'must be "running", "completed", "cancelled" or "needs_intervention"',
});

/** A saga, as the API shows it to clients and operators. */
export const sagaSchema = z
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
      .array(z.object({ step: z.string(), applied: z.enum(["yes", "perhaps"]) }))
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

export type SagaView = z.output<typeof sagaSchema>;

/** @param at the present instant in epoch milliseconds: the explanation of a waiting saga changes with time. */
export function viewSaga({ saga, controller }: FoundSaga, at: number): SagaView {
  const explanation = explain({ saga, controller }, at);
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
    steps: saga.steps.map((_progress, index) => viewStep({ saga, controller }, index)),
    ...(explanation !== undefined && { explanation }),
    ...(saga.orphans.length > 0 && { orphans: [...saga.orphans] }),
    ...(late.length > 0 && { late_signals: late.map(viewLateSignal) }),
    ...(lasting.length > 0 && { lasting: [...lasting] }),
    ...viewDeadline({ saga, controller }),
    created_at: timestamp(saga.createdAt),
    updated_at: timestamp(saga.updatedAt),
  };
}

function viewLateSignal({ step, at, because, outcome, by }: LateSignal): z.output<typeof lateSignalSchema> {
  const said = outcome.outcome === "done" ? { result: outcome.result } : { reason: outcome.reason };
  return { step, at: timestamp(at), because, outcome: outcome.outcome, ...said, ...(by !== undefined && { by }) };
}
