import { type SagaEvent as CoreEvent, type Saga as CoreSaga, statusOf } from "saga-core";
import { directionOf } from "saga-core/engine";
import type { Saga, SagaEvent } from "../api/replies.ts";
import type { Foretold } from "./foretold.ts";

/** A played saga and its events in the form in which the API shows real ones, so that the same ladder draws them. */
export function shownSaga({ saga, state, events }: Pick<Foretold, "saga" | "state" | "events">): {
  readonly saga: Saga;
  readonly events: readonly SagaEvent[];
} {
  return { saga: sagaAs(saga, state), events: events.map(eventAs) };
}

function sagaAs(saga: CoreSaga, state: string): Saga {
  return {
    saga_id: saga.id,
    definition: saga.definition,
    version: saga.version,
    state,
    status: statusOf(saga),
    direction: directionOf(saga),
    input: {},
    data: {},
    steps: saga.steps.map(({ step, status, attempts, lastError, nextAttemptAt }) => ({
      step,
      status,
      attempts,
      ...(lastError && { last_error: { ...lastError } }),
      ...(nextAttemptAt !== undefined && { next_attempt_at: instant(nextAttemptAt) }),
    })),
    // The end is said beside the ladder.
    reasons: [],
    created_at: instant(saga.createdAt),
    updated_at: instant(saga.updatedAt),
  };
}

function eventAs(event: CoreEvent, index: number): SagaEvent {
  return {
    seq: index + 1,
    type: event.type,
    at: instant(event.at),
    ...("step" in event && { step: event.step }),
    data: dataOf(event),
  };
}

/** What the ladder reads of an event. */
function dataOf(event: CoreEvent): Record<string, unknown> {
  switch (event.type) {
    case "answered":
      return { action: event.action, outcome: event.outcome.outcome };
    case "signalled":
      return { outcome: event.outcome.outcome };
    case "closing-recorded":
      return event.turn ? { turn: event.turn } : {};
    default:
      return {};
  }
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
