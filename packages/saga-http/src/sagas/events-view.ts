import { z } from "@hono/zod-openapi";
import { type Controller, type Saga, type SagaEvent, stateOf } from "saga-core";
import { transition } from "saga-core/engine";
import { operatorNoteOf } from "../wire/operator-note.ts";
import { timestamp } from "../wire/timestamp.ts";

const eventSchema = z
  .object({
    seq: z.int(),
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
    ]),
    step: z.string().optional(),
    at: z.iso.datetime(),
    data: z.looseObject({}),
  })
  .openapi("Event");

export const eventsSchema = z.object({ items: z.array(eventSchema) }).openapi("Events");

export type EventsView = z.output<typeof eventsSchema>;

/** A saga's history. Each event shows in `data.state` the state after it. */
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
    case "id-reused":
      return { holder: event.holder };
    case "resolved":
      return { applied: event.applied, result: event.result, ...operatorNoteOf(event) };
    case "cancel-requested":
    case "retry-requested":
      return operatorNoteOf(event);
    case "woken":
    case "pivot-recorded":
    case "closing-recorded":
    case "parked":
    case "resumed":
      return {};
  }
}
