import type { Engine } from "saga-core";

/** Passes each event of the engine on to those who watch its saga, or all sagas. It subscribes to the engine only while somebody watches. */
export class EventHub {
  readonly #engine: Pick<Engine, "subscribe">;
  readonly #watchersOfSaga = new Map<string, Set<() => void>>();
  readonly #watchersOfAll = new Set<(sagaId: string) => void>();
  #unsubscribe: (() => void) | undefined;

  constructor(engine: Pick<Engine, "subscribe">) {
    this.#engine = engine;
  }

  /** Calls back after each event of a saga. Returns a function that stops it. */
  watch(sagaId: string, onEvent: () => void): () => void {
    const watchers = this.#watchersOfSaga.get(sagaId) ?? new Set();
    watchers.add(onEvent);
    this.#watchersOfSaga.set(sagaId, watchers);
    this.#subscribe();
    return () => {
      watchers.delete(onEvent);
      if (watchers.size === 0 && this.#watchersOfSaga.get(sagaId) === watchers) this.#watchersOfSaga.delete(sagaId);
      this.#unsubscribeIfUnwatched();
    };
  }

  /** Calls back after each event of any saga. Returns a function that stops it. */
  watchAll(onEvent: (sagaId: string) => void): () => void {
    this.#watchersOfAll.add(onEvent);
    this.#subscribe();
    return () => {
      this.#watchersOfAll.delete(onEvent);
      this.#unsubscribeIfUnwatched();
    };
  }

  #subscribe(): void {
    this.#unsubscribe ??= this.#engine.subscribe(({ saga }) => {
      for (const onEvent of this.#watchersOfSaga.get(saga.id) ?? []) onEvent();
      for (const onEvent of this.#watchersOfAll) onEvent(saga.id);
    });
  }

  #unsubscribeIfUnwatched(): void {
    if (this.#watchersOfSaga.size > 0 || this.#watchersOfAll.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }
}
