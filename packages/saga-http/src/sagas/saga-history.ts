import type { Engine, FoundSaga } from "saga-core";
import type { EventHub } from "./event-hub.ts";
import type { EventSource } from "./event-streams.ts";
import { type EventsView, viewEvent } from "./events-view.ts";

/** How many events a stream reads at a time. */
const STREAM_PAGE = 100;

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

export interface FurtherEventsOptions {
  readonly engine: Engine;
  readonly hub: EventHub;
}

/** The events of a saga after the one numbered `after`, in order, until the saga has ended. */
export function furtherEvents(sagaId: string, after: number, { engine, hub }: FurtherEventsOptions): EventSource {
  let last = after;
  return {
    watch: (onEvent) => hub.watch(sagaId, onEvent),
    next: async () => {
      const page = await findEvents(engine, sagaId, { after: last, limit: STREAM_PAGE });
      const items = page?.items ?? [];
      last = items.at(-1)?.seq ?? last;
      if (items.length === 0 && (await isOver(engine, sagaId, last))) return "end";
      return items.map((item) => ({ id: String(item.seq), data: JSON.stringify(item) }));
    },
  };
}

/** Whether nothing comes after the event with this number: the saga has ended, or was deleted long after its end. */
async function isOver(engine: Engine, sagaId: string, last: number): Promise<boolean> {
  const found = await engine.get(sagaId);
  return !found || (hasEnded(found) && found.saga.seq <= last);
}

export function hasEnded({ saga: { phase } }: FoundSaga): boolean {
  return phase.name === "completed" || phase.name === "cancelled";
}
