import type { Engine, FoundSaga } from "saga-core";
import { type Caller, mayRead } from "../access/access.ts";
import { type EventsView, viewEvent } from "./events-view.ts";
import { eventFor } from "./starter-view.ts";

/** One page of a saga's events: at most `limit`, with numbers above `after`. */
export interface EventsPage {
  readonly after: number;
  readonly limit: number;
  /** Who reads them. Default: an operator. */
  readonly caller?: Caller;
}

/**
 * A page of a saga's history; undefined if there is no such saga, or the caller may not read it.
 *
 * @throws UnreadableSaga
 */
export async function findEvents(
  engine: Engine,
  sagaId: string,
  { after, limit, caller = {} }: EventsPage,
): Promise<EventsView | undefined> {
  const found = await engine.get(sagaId);
  // One more shows whether there is a further page.
  const entries = await engine.history(sagaId, { after, limit: limit + 1 });
  if (!found || !entries || !mayRead(caller, found.saga)) return undefined;
  const items = entries
    .slice(0, limit)
    .map((entry) => viewEvent(found.controller, { ...entry, event: eventFor(caller, entry.event) }));
  return { items, next_after: entries.length > limit ? (items.at(-1)?.seq ?? null) : null };
}

export function hasEnded({ saga: { phase } }: FoundSaga): boolean {
  return phase.name === "completed" || phase.name === "cancelled";
}
