import type { Engine } from "saga-core";

/** Tells whoever watches a saga, or all of them, that something happened. It keeps nothing but who watches. */
export class EventHub {
  readonly #ofSaga = new Map<string, Set<() => void>>();
  readonly #ofAll = new Set<(sagaId: string) => void>();

  constructor(engine: Pick<Engine, "subscribe">) {
    engine.subscribe(({ saga }) => {
      for (const tell of this.#ofSaga.get(saga.id) ?? []) tell();
      for (const tell of this.#ofAll) tell(saga.id);
    });
  }

  /** Calls back after each event of a saga. Returns a function that ends it. */
  watch(sagaId: string, tell: () => void): () => void {
    const watchers = this.#ofSaga.get(sagaId) ?? new Set();
    watchers.add(tell);
    this.#ofSaga.set(sagaId, watchers);
    return () => {
      watchers.delete(tell);
      if (watchers.size === 0 && this.#ofSaga.get(sagaId) === watchers) this.#ofSaga.delete(sagaId);
    };
  }

  /** Calls back after each event of any saga. */
  watchAll(tell: (sagaId: string) => void): () => void {
    this.#ofAll.add(tell);
    return () => {
      this.#ofAll.delete(tell);
    };
  }
}
