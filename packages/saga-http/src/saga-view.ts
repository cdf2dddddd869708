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
    explanation: z.string().optional(),
    /** The steps that may stand although the saga is cancelled, because an orphan of theirs is declared harmless. */
    orphans: z.array(z.string()).optional(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi("Saga");

export type SagaView = z.output<typeof sagaSchema>;

export function viewSaga({ saga, controller }: FoundSaga): SagaView {
  const explanation = explain({ saga, controller });
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

/** Why a saga needs a human, in plain language. */
function explain({ saga }: FoundSaga): string | undefined {
  if (saga.phase.name !== "needs-intervention") return undefined;
  const { step, action, reason } = saga.phase;
  const call = action === "run" ? `the step ${step}` : `undoing the step ${step}`;
  const reasonSeen = saga.steps.find((progress) => progress.step === step)?.lastError?.reason ?? "nothing";
  const seen = reasonSeen.replace(/\.$/, "");
  switch (reason) {
    case "unknown-unkeyed":
      return `It is not known whether ${call} took effect, and its participant keeps no keys, so it is not sent again. Seen: ${seen}.`;
    case "refused":
      return `The participant refused ${call}, which must succeed in the end. Seen: ${seen}.`;
    case "unregistered":
      return `It runs ${saga.definition} version ${saga.version}, which is not registered here, so that nothing is done for it. Register that version beside the others, and start again.`;
    case "unreadable":
      return "Its records in the journal are damaged, so that nothing is done for it. Look at its participants for what it did, and restore the journal from a backup, or leave it.";
    case "gave-up":
      return `Repeating did not settle ${call} in time. Seen last: ${seen}.`;
    case "defect":
      return `The participant says that the key of ${call} was used for another request, which is a defect of the orchestrator. Seen: ${seen}.`;
  }
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
export function viewEvents(controller: Controller, events: readonly SagaEvent[]): z.output<typeof eventsSchema> {
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

function timestamp(at: number): string {
  return new Date(at).toISOString();
}
