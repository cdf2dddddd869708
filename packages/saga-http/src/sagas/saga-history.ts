import type { Engine, FoundSaga } from "saga-core";
import type { EventHub } from "./event-hub.ts";
import type { EventSource } from "./event-streams.ts";
import { type EventsView, viewEvents } from "./events-view.ts";

interface SagaHistory {
  readonly found: FoundSaga;
  readonly view: EventsView;
}

/** @throws UnreadableSaga */
export async function findHistory(engine: Engine, sagaId: string): Promise<SagaHistory | undefined> {
  const found = await engine.get(sagaId);
  const events = await engine.history(sagaId);
  return found && events && { found, view: viewEvents(found.controller, events) };
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
      const history = await findHistory(engine, sagaId);
      // A saga that ended long ago may be deleted while its stream is open.
      if (!history) return "end";
      const items = history.view.items.filter(({ seq }) => seq > last);
      last = items.at(-1)?.seq ?? last;
      if (items.length === 0 && hasEnded(history.found)) return "end";
      return items.map((item) => ({ id: String(item.seq), data: JSON.stringify(item) }));
    },
  };
}

export function hasEnded({ saga: { phase } }: FoundSaga): boolean {
  return phase.name === "completed" || phase.name === "cancelled";
}
