import type { Engine, FoundSaga } from "saga-core";
import { type EventsView, viewEvent } from "./events-view.ts";

/** One page of a saga's events: at most `limit`, with numbers above `after`. */
export interface EventsPage {
  readonly after: number;
  readonly limit: number;
}

/**
 * A page of a saga's history; undefined if there is no such saga.
 *
 * @throws UnreadableSaga
 */
export async function findEvents(engine: Engine, sagaId: string, { after, limit }: EventsPage): Promise<EventsView | undefined> {
  const found = await engine.get(sagaId);
  // One more shows whether there is a further page.
  const entries = await engine.history(sagaId, { after, limit: limit + 1 });
  if (!found || !entries) return undefined;
  const items = entries.slice(0, limit).map((entry) => viewEvent(found.controller, entry));
  return { items, next_after: entries.length > limit ? (items.at(-1)?.seq ?? null) : null };
}

export function hasEnded({ saga: { phase } }: FoundSaga): boolean {
  return phase.name === "completed" || phase.name === "cancelled";
}
