import type { Engine, FoundSaga } from "saga-core";

/** Those who watch one saga. */
interface Watched {
  readonly watchers: Set<() => void>;
  version: number;
}

/** Passes each event of the engine on to those who watch its saga, or all sagas. It subscribes to the engine only while somebody watches. */
export class EventHub {
  readonly #engine: Pick<Engine, "subscribe">;
  readonly #watchedSagas = new Map<string, Watched>();
  readonly #watchersOfAll = new Set<(found: FoundSaga) => void>();
  #versions = 0;
  #unsubscribe: (() => void) | undefined;

  constructor(engine: Pick<Engine, "subscribe">) {
    this.#engine = engine;
  }

  /** Calls back after each event of a saga. Returns a function that stops it. */
  watch(sagaId: string, onEvent: () => void): () => void {
    const watched = this.#watchedSagas.get(sagaId) ?? { watchers: new Set(), version: this.#newVersion() };
    watched.watchers.add(onEvent);
    this.#watchedSagas.set(sagaId, watched);
    this.#subscribe();
    return () => {
      watched.watchers.delete(onEvent);
      if (watched.watchers.size === 0 && this.#watchedSagas.get(sagaId) === watched) this.#watchedSagas.delete(sagaId);
      this.#unsubscribeIfUnwatched();
    };
  }

  /** Calls back after each event of any saga, with the saga after it. Returns a function that stops it. */
  watchAll(onEvent: (found: FoundSaga) => void): () => void {
    this.#watchersOfAll.add(onEvent);
    this.#subscribe();
    return () => {
      this.#watchersOfAll.delete(onEvent);
      this.#unsubscribeIfUnwatched();
    };
  }

  /** A number that a watched saga has until its next event, and never again. */
  versionOf(sagaId: string): number {
    return this.#watchedSagas.get(sagaId)?.version ?? this.#newVersion();
  }

  #subscribe(): void {
    this.#unsubscribe ??= this.#engine.subscribe((found) => {
      const watched = this.#watchedSagas.get(found.saga.id);
      if (watched) {
        watched.version = this.#newVersion();
        for (const onEvent of watched.watchers) onEvent();
      }
      for (const onEvent of this.#watchersOfAll) onEvent(found);
    });
  }

  #newVersion(): number {
    this.#versions += 1;
    return this.#versions;
  }

  #unsubscribeIfUnwatched(): void {
    if (this.#watchedSagas.size > 0 || this.#watchersOfAll.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }
}
