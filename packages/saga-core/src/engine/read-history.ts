import type { Controller } from "../definition/controller.ts";
import type { HistoryEntry } from "../ports/engine.ts";
import type { Saga } from "../transition/saga.ts";
import { SagaReplay } from "./saga-replay.ts";

/** A saga, and the events that made it. */
export interface History {
  readonly saga: Saga;
  readonly entries: readonly HistoryEntry[];
}

/**
 * Reads a saga from all of its events, under the version of its definition that it started with (rule 11).
 *
 * @param events in JSON, in order.
 * @throws UnreadableSaga if the definition has another fingerprint, or an event does not fit it.
 */
export function readHistory(controller: Controller, id: string, events: readonly unknown[]): History {
  const replay = new SagaReplay(controller, id);
  const entries = events.map((event) => replay.apply(event));
  return { saga: replay.saga, entries };
}
