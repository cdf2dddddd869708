import { z } from "@hono/zod-openapi";
import { type FoundSaga, stateOf, statusOf } from "saga-core";
import { directionOf, type StepProgress } from "saga-core/engine";
import { timestamp } from "../wire/timestamp.ts";
import { explain } from "./explanation.ts";

const stepSchema = z
  .object({
    step: z.string(),
    status: z.enum(["pending", "running", "done", "rejected", "unknown", "undoing", "undone", "skipped"]),
    attempts: z.int(),
    last_error: z.object({ outcome: z.enum(["rejected", "unavailable", "unknown"]), reason: z.string() }).optional(),
    next_attempt_at: z.iso.datetime().optional(),
  })
  .openapi("Step");

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
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi("Saga");

export type SagaView = z.output<typeof sagaSchema>;

/** @param at the present instant in epoch milliseconds: the explanation of a waiting saga changes with time. */
export function viewSaga({ saga, controller }: FoundSaga, at: number): SagaView {
  const explanation = explain({ saga, controller }, at);
  return {
    saga_id: saga.id,
    definition: saga.definition,
    version: saga.version,
    state: stateOf(controller, saga),
    status: statusOf(saga),
    direction: directionOf(saga),
    input: saga.input,
    data: saga.data,
    steps: saga.steps.map(viewStep),
    ...(explanation !== undefined && { explanation }),
    ...(saga.orphans.length > 0 && { orphans: [...saga.orphans] }),
    created_at: timestamp(saga.createdAt),
    updated_at: timestamp(saga.updatedAt),
  };
}

function viewStep({ step, status, attempts, lastError, nextAttemptAt }: StepProgress): SagaView["steps"][number] {
  return {
    step,
    status,
    attempts,
    ...(lastError && { last_error: lastError }),
    ...(nextAttemptAt !== undefined && { next_attempt_at: timestamp(nextAttemptAt) }),
  };
}
