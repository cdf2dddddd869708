import type { Controller } from "../definition/controller.ts";
import type { SagaEvent } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { type Decision, patienceAt, proceed } from "./proceed.ts";
import { begin, recordEvent } from "./record-event.ts";
import type { Saga } from "./saga.ts";

/**
 * The one decision maker: from a saga and what happened to it, the saga that follows and the commands to perform. Pure: the same
 * arguments always give the same decision, so that folding a journal gives back exactly what ran.
 *
 * @param saga undefined before the `started` event.
 * @throws ImpossibleEvent for an event that no correct engine sends, such as any event to a saga that has ended.
 */
export function transition(controller: Controller, saga: Saga | undefined, event: SagaEvent): Decision {
  if (event.type === "started") {
    if (saga) throw new ImpossibleEvent(saga, event);
    return proceed(controller, begin(controller, event), event.at);
  }
  if (!saga || !mayHappen(saga, event)) throw new ImpossibleEvent(saga, event);
  const numbered: Saga = { ...saga, seq: saga.seq + 1, updatedAt: event.at };
  const recorded = recordEvent(controller, numbered, event);
  return event.type === "parked" ? park(controller, recorded) : proceed(controller, recorded, event.at);
}

function mayHappen(saga: Saga, { type }: SagaEvent): boolean {
  if (saga.isParked && type !== "resumed") return false;
  const isOperation = type === "cancel-requested" || type === "retry-requested" || type === "resolved";
  return !isAtRest(saga) || (isOperation && saga.phase.name === "needs-intervention");
}

/** Ended, or waiting for a human: no event of an engine's own can happen to it. */
export function isAtRest({ phase }: Saga): boolean {
  return phase.name === "completed" || phase.name === "cancelled" || phase.name === "needs-intervention";
}

/** A parked saga does nothing until an engine resumes it, which it does at the latest when the saga turns back or gives up. */
function park(controller: Controller, saga: Saga): Decision {
  return { saga, commands: [{ type: "wait", until: patienceAt(controller, saga) }] };
}

/** The saga that a journal's events make. */
export function fold(controller: Controller, events: Iterable<SagaEvent>): Saga | undefined {
  let saga: Saga | undefined;
  for (const event of events) saga = transition(controller, saga, event).saga;
  return saga;
}
