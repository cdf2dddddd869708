import type { Clock, FoundSaga } from "saga-core";
import { foundMatches, type SagaQuery } from "saga-core/engine";
import { ChangeBacklog, type ReadersOfFilter } from "./change-backlog.ts";
import type { EventHub } from "./event-hub.ts";
import { type EventSource, renderMessage } from "./event-source.ts";
import { type Filter, toQuery } from "./list-query.ts";
import { viewSaga } from "./saga-view.ts";

/** The most changed sagas that wait to be rendered. When there are more, every reader gets a `reset`. */
const CHANGES_MAX = 10_000;
/** Changes are collected for so long: a saga that changes meanwhile again is rendered once. More readers get fewer, larger messages. */
const COLLECT_MS_MIN = 50;
const COLLECT_MS_PER_READER = 2;
/** How long the filtering and rendering may take in one turn of the event loop, in milliseconds. What is left waits for the next turn. */
const TURN_MS = 5;

const RESET = renderMessage({ event: "reset", data: {} });

export interface ChangedSagasOptions {
  readonly clock: Clock;
  readonly hub: EventHub;
}

/**
 * The sagas that change, for the readers of all streams. A change is compared once with each filter, however many readers have it, and
 * rendered once if it fits one. The readers share one bounded backlog (rule 9): a slow one costs nothing.
 */
export class ChangedSagas {
  readonly #options: ChangedSagasOptions;
  readonly #backlog = new ChangeBacklog();
  readonly #filters = new Map<string, { readonly query: Partial<SagaQuery>; readonly readers: ReadersOfFilter }>();
  /** The sagas that have changed, each as it was after its last change. */
  readonly #changed = new Map<string, FoundSaga>();
  #readers = 0;
  #unwatch: () => void = () => undefined;
  #cancelTurn: (() => void) | undefined;
  #lastTurnAt = Number.NEGATIVE_INFINITY;

  constructor(options: ChangedSagasOptions) {
    this.#options = options;
  }

  /** Each saga that fits the filter, as it is after a change. A reader that is too slow gets a `reset`, and its stream ends. */
  source(filter: Filter): EventSource {
    const readers = this.#readersOf(filter);
    let position = readers.end;
    let hasReset = false;
    return {
      watch: (onChange) => this.#watch(readers, onChange),
      hasLostSome: () => position < readers.begin,
      next: async () => {
        if (hasReset) return "end";
        if (position < readers.begin) {
          hasReset = true;
          return { bytes: RESET, hasMore: true };
        }
        const messages = readers.read(position);
        position = messages?.until ?? position;
        return messages;
      },
    };
  }

  #readersOf(filter: Filter): ReadersOfFilter {
    const key = JSON.stringify(filter);
    const known = this.#filters.get(key)?.readers;
    if (known) return known;
    const readers = this.#backlog.newReaders(() => this.#filters.delete(key));
    this.#filters.set(key, { query: toQuery(filter), readers });
    return readers;
  }

  #watch(readers: ReadersOfFilter, onChange: () => void): () => void {
    readers.add(onChange);
    this.#readers += 1;
    if (this.#readers === 1) this.#unwatch = this.#options.hub.watchAll((found) => this.#note(found));
    return () => {
      readers.remove(onChange);
      this.#readers -= 1;
      if (this.#readers > 0) return;
      this.#unwatch();
      this.#cancelTurn?.();
      this.#cancelTurn = undefined;
      this.#changed.clear();
    };
  }

  #note(found: FoundSaga): void {
    const { id, seq } = found.saga;
    // The end of a saga is told when it is durable, which may be after something later was told.
    if (seq <= (this.#changed.get(id)?.saga.seq ?? 0)) return;
    if (this.#changed.size >= CHANGES_MAX) {
      this.#changed.clear();
      this.#backlog.lose();
    }
    this.#changed.set(id, found);
    this.#turnLater(Math.max(COLLECT_MS_MIN, this.#readers * COLLECT_MS_PER_READER));
  }

  #turnLater(afterMs: number): void {
    const { clock } = this.#options;
    this.#cancelTurn ??= clock.wakeAt(Math.max(clock.now(), this.#lastTurnAt + afterMs), () => {
      this.#cancelTurn = undefined;
      this.#lastTurnAt = clock.now();
      this.#renderSome();
      if (this.#changed.size > 0) this.#turnLater(COLLECT_MS_MIN);
    });
  }

  #renderSome(): void {
    const began = performance.now();
    for (const [id, found] of this.#changed) {
      this.#changed.delete(id);
      const fitting = [...this.#filters.values()].filter(({ query }) => foundMatches(found, query));
      if (fitting.length > 0) {
        const message = renderMessage({ data: viewSaga(found, this.#options.clock.now()) });
        this.#backlog.append(
          message,
          fitting.map(({ readers }) => readers),
        );
      }
      if (performance.now() - began >= TURN_MS) break;
    }
    this.#backlog.tell();
  }
}
