import type { Engine } from "saga-core";

/** Tells whoever watches a saga, or all of them, that something happened. It asks the engine for that while somebody watches. */
export class EventHub {
  readonly #engine: Pick<Engine, "subscribe">;
  readonly #ofSaga = new Map<string, Set<() => void>>();
  readonly #ofAll = new Set<(sagaId: string) => void>();
  #unsubscribe: (() => void) | undefined;

  constructor(engine: Pick<Engine, "subscribe">) {
    this.#engine = engine;
  }

  /** Calls back after each event of a saga. Returns a function that ends it. */
  watch(sagaId: string, tell: () => void): () => void {
    const watchers = this.#ofSaga.get(sagaId) ?? new Set();
    watchers.add(tell);
    this.#ofSaga.set(sagaId, watchers);
    this.#listen();
    return () => {
      watchers.delete(tell);
      if (watchers.size === 0 && this.#ofSaga.get(sagaId) === watchers) this.#ofSaga.delete(sagaId);
      this.#rest();
    };
  }

  /** Calls back after each event of any saga. */
  watchAll(tell: (sagaId: string) => void): () => void {
    this.#ofAll.add(tell);
    this.#listen();
    return () => {
      this.#ofAll.delete(tell);
      this.#rest();
    };
  }

  #listen(): void {
    this.#unsubscribe ??= this.#engine.subscribe(({ saga }) => {
      for (const tell of this.#ofSaga.get(saga.id) ?? []) tell();
      for (const tell of this.#ofAll) tell(saga.id);
    });
  }

  /** What nobody watches costs nothing. */
  #rest(): void {
    if (this.#ofSaga.size > 0 || this.#ofAll.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }
}
