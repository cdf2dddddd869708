import { z } from "@hono/zod-openapi";
import {
  type Asking,
  type Controller,
  directionOf,
  type FoundSaga,
  type Saga,
  type SagaEvent,
  type StepProgress,
  stateOf,
  statusOf,
  transition,
} from "saga-core";
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

/** A saga as clients and operators see it. */
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
        "Of a saga that waits or needs a human: what happened, what is known, what is not, and what each choice would do.",
      ),
    orphans: z
      .array(z.string())
      .optional()
      .describe("The steps that may stand although the saga is cancelled, because an orphan of theirs is declared harmless."),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi("Saga");

export type SagaView = z.output<typeof sagaSchema>;
export type EventsView = z.output<typeof eventsSchema>;

/** @param at the present instant: what may be done with a saga changes with time. */
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

const eventSchema = z
  .object({
    seq: z.int(),
    type: z.enum([
      "started",
      "answered",
      "woken",
      "pivot-recorded",
      "closing-recorded",
      "parked",
      "resumed",
      "cancel-requested",
      "retry-requested",
      "resolved",
    ]),
    step: z.string().optional(),
    at: z.iso.datetime(),
    data: z.looseObject({}),
  })
  .openapi("Event");

export const eventsSchema = z.object({ items: z.array(eventSchema) }).openapi("Events");

/** A saga's history; `data.state` is the state that each event left it in. */
export function viewEvents(controller: Controller, events: readonly SagaEvent[]): EventsView {
  let saga: Saga | undefined;
  const items = events.map((event) => {
    saga = transition(controller, saga, event).saga;
    const step = "step" in event ? { step: event.step } : {};
    const data = { ...eventData(event), state: stateOf(controller, saga) };
    return { seq: saga.seq, type: event.type, ...step, at: timestamp(event.at), data };
  });
  return { items };
}

function eventData(event: SagaEvent): object {
  switch (event.type) {
    case "started":
      return { input: event.input, keyed_steps: event.terms.filter(({ keyed }) => keyed).map(({ step }) => step) };
    case "answered":
      return { action: event.action, attempt: event.attempt, ...event.outcome };
    case "resolved":
      return { applied: event.applied, result: event.result, ...askingData(event) };
    case "cancel-requested":
    case "retry-requested":
      return askingData(event);
    case "woken":
    case "pivot-recorded":
    case "closing-recorded":
    case "parked":
    case "resumed":
      return {};
  }
}

function askingData({ by, note }: Asking): object {
  return { ...(by !== undefined && { by }), ...(note !== undefined && { note }) };
}
