import { z } from "@hono/zod-openapi";
import { type Controller, type HistoryEntry, type SagaEvent, stateOf } from "saga-core";
import { type Failure, handlerOf, hasEffect, idempotencyKey, redactedEvent } from "saga-core/engine";
import type { ObjectSchema } from "../wire/object-schema.ts";
import { operatorNoteOf } from "../wire/operator-note.ts";
import { timestamp } from "../wire/timestamp.ts";

/** An event of a saga, as the API shows it. */
export interface EventView {
  readonly seq: number;
  readonly type: SagaEvent["type"];
  readonly step?: string | undefined;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventsView {
  readonly items: readonly EventView[];
  readonly next_after: number | null;
}

const eventSchema: ObjectSchema<EventView> = z
  .object({
    seq: z.int().openapi({ description: "Its number. Numbers rise, with a gap before a `compacted` event." }),
    type: z.enum([
      "started",
      "answered",
      "id-reused",
      "woken",
      "pivot-recorded",
      "closing-recorded",
      "parked",
      "resumed",
      "cancel-requested",
      "retry-requested",
      "resolved",
      "signalled",
      "wait-ended",
      "acknowledged",
      "refused",
      "correlation-refused",
      "compacted",
    ]),
    step: z.string().optional(),
    at: z.iso.datetime(),
    data: z.looseObject({}),
  })
  .openapi("Event");

type Answered = Extract<SagaEvent, { readonly type: "answered" }>;

export const eventsSchema: ObjectSchema<EventsView> = z
  .object({
    items: z.array(eventSchema),
    next_after: z.int().nullable().openapi({ description: "The `after` of the next page; null on the last one." }),
  })
  .openapi("Events");

/** An event of a saga, without its secrets. It shows in `data.state` the state after it. */
export function viewEvent(controller: Controller, { seq, event: recorded, saga }: HistoryEntry): EventView {
  const event = redactedEvent({ saga, controller }, recorded);
  const step = "step" in event ? { step: event.step } : {};
  const call = event.type === "answered" ? callData(controller, saga.id, event) : {};
  const data = { ...eventData(event), ...call, state: stateOf(controller, saga) };
  return { seq, type: event.type, ...step, at: timestamp(event.at), data };
}

/** When a call was sent, how long it took, and under which key. A read has none, and a call that was not sent has no time. */
function callData(controller: Controller, sagaId: string, { step, action, at, sentAt }: Answered): object {
  const hasKey = hasEffect(handlerOf(controller, step));
  return {
    ...(hasKey && { key: idempotencyKey(sagaId, step, action === "probe" ? "run" : action) }),
    ...(sentAt !== undefined && { sent_at: timestamp(sentAt), took_ms: Math.max(0, Math.round(at - sentAt)) }),
  };
}

function viewFailure({ at, ...failure }: Failure): object {
  return { at: timestamp(at), ...failure };
}

function eventData(event: SagaEvent): object {
  switch (event.type) {
    case "started":
      return { input: event.input, keyed_steps: event.terms.filter(({ keyed }) => keyed).map(({ step }) => step) };
    case "answered":
      return { action: event.action, attempt: event.attempt, ...event.outcome };
    case "id-reused":
      return { holder: event.holder };
    case "resolved":
      return { applied: event.applied, result: event.result, ...operatorNoteOf(event) };
    case "cancel-requested":
    case "retry-requested":
    case "wait-ended":
    case "acknowledged":
      return operatorNoteOf(event);
    case "refused":
      return { operation: event.operation, because: event.because, ...operatorNoteOf(event) };
    case "signalled":
      return { ...event.outcome, ...(event.by !== undefined && { by: event.by }) };
    case "correlation-refused":
      return { holder: event.holder };
    case "compacted": {
      const { action, count, first, last } = event;
      return { action, failures: count, first: viewFailure(first), last: viewFailure(last) };
    }
    case "closing-recorded":
      return event.turn ? { turn: event.turn } : {};
    case "woken":
    case "pivot-recorded":
    case "parked":
    case "resumed":
      return {};
  }
}
