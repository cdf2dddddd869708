import type { FoundSaga, SagaEvent } from "saga-core";
import { firstSeqOf, foundMatches, pageOf, type SagaQuery } from "saga-core/engine";
import { EventList } from "../objects/event-list.ts";
import { timings } from "../timings.ts";

/** A saga as far as it is known, whichever process runs it. */
export interface CachedSaga {
  readonly found: FoundSaga;
  /** Its events, as far as this process has them at hand: none where it is only written. */
  readonly events?: readonly SagaEvent[];
  /** Restate's id for its invocation, once that runs in this process. */
  readonly invocation?: string | undefined;
}

interface Entry {
  found: FoundSaga;
  readonly history: EventList;
  invocation: string | undefined;
}

/**
 * The sagas that this process started or runs. Their records are not written at every step, so this process has more recent ones than
 * Restate shows. All of it is in Restate's journal: nothing that is read here can be lost.
 */
export class LocalSagas {
  readonly #sagas = new Map<string, Entry>();
  readonly #sagasMax: number;

  /** @param waitedForMax how many sagas may be waited for at once. */
  constructor(waitedForMax: number) {
    this.#sagasMax = waitedForMax + timings.localSagasSpare;
  }

  /** Adds a saga that is about to be started. */
  add(found: FoundSaga, started: SagaEvent): void {
    this.#set({ found, history: new EventList(), invocation: undefined }, started);
  }

  /**
   * Applies an event of a saga that runs here. A replayed event changes nothing. Returns false for one that was applied before; an event of a
   * saga that was forgotten counts as new.
   */
  apply(found: FoundSaga, event: SagaEvent, invocation: string): boolean {
    const { id, seq } = found.saga;
    const entry = this.#sagas.get(id);
    // A saga that this process started has its start before it runs.
    const last = entry?.invocation === undefined && event.type === "started" ? 0 : (entry?.found.saga.seq ?? 0);
    if (event.type === "started") {
      if (entry) entry.invocation = invocation;
      else this.#set({ found, history: new EventList(), invocation }, event);
    } else if (entry && last === firstSeqOf({ event, saga: found.saga }) - 1) {
      entry.found = found;
      entry.history.add({ event, saga: found.saga });
      if (entry.history.length > timings.localEventsMax) this.#sagas.delete(id);
    }
    return last < seq;
  }

  /** Removes a saga that was not started after all, or whose written record has everything. */
  forget(id: string): void {
    this.#sagas.delete(id);
  }

  get(id: string): CachedSaga | undefined {
    const entry = this.#sagas.get(id);
    return entry && { found: entry.found, events: entry.history.events, invocation: entry.invocation };
  }

  /** The ids of the sagas that run here and match the query, in its order: all of them, whatever its limit. */
  list(query: SagaQuery): readonly string[] {
    const matching = [...this.#sagas].filter(
      ([, { found, invocation }]) => invocation !== undefined && foundMatches(found, query),
    );
    return pageOf(
      matching.map(([id]) => id),
      { ...query, limit: matching.length },
    );
  }

  #set(entry: Entry, started: SagaEvent): void {
    entry.history.add({ event: started, saga: entry.found.saga });
    const [oldest] = this.#sagas.keys();
    if (this.#sagas.size >= this.#sagasMax && oldest !== undefined) this.#sagas.delete(oldest);
    this.#sagas.set(entry.found.saga.id, entry);
  }
}
