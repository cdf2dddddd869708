import type { Clock } from "saga-core";
import { foundMatches } from "saga-core/engine";
import type { EventHub } from "./event-hub.ts";
import type { EventSource } from "./event-streams.ts";
import { getReadable, type SagaFinder } from "./find-sagas.ts";
import { type Filter, toQuery } from "./list-query.ts";
import { viewSaga } from "./saga-view.ts";

/** The most changed sagas that a stream remembers until its reader has read them. */
const CHANGES_MAX = 1_000;

export interface ChangedSagasOptions extends SagaFinder {
  readonly clock: Clock;
  readonly hub: EventHub;
}

/**
 * Each saga that fits the filter, as it is after a change. For a slow reader only the ids are kept, each once (rule 9); when there are too
 * many, the reader gets a `reset` and reads the list again.
 */
export function changedSagas(filter: Filter, options: ChangedSagasOptions): EventSource {
  const { clock, hub } = options;
  const query = toQuery(filter);
  const changed = new Set<string>();
  let hasLostSome = false;
  return {
    watch: (onChange) =>
      hub.watchAll((sagaId) => {
        if (changed.size < CHANGES_MAX) changed.add(sagaId);
        else hasLostSome = true;
        onChange();
      }),
    next: async () => {
      if (hasLostSome) {
        changed.clear();
        hasLostSome = false;
        return [{ event: "reset", data: "{}" }];
      }
      for (const sagaId of changed) {
        changed.delete(sagaId);
        const found = await getReadable(sagaId, options);
        if (found && foundMatches(found, query)) return [{ data: JSON.stringify(viewSaga(found, clock.now())) }];
      }
      return [];
    },
  };
}
