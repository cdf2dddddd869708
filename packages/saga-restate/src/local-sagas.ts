import type { FoundSaga, SagaEvent } from "saga-core";

export interface LocalSaga {
  readonly found: FoundSaga;
  readonly events: readonly SagaEvent[];
}

/** Of so many sagas a process remembers where they are. */
const SAGAS_MAX = 2_000;
/** Of longer histories it does not: they are written often enough. */
const EVENTS_MAX = 64;

/**
 * Where the sagas are that this process started or ran lately. What goes on quickly is not written at every step: of what runs here more is
 * known than is written. All of it is in Restate's journal, so that nothing that is told is lost.
 */
export class LocalSagas {
  readonly #sagas = new Map<string, { found: FoundSaga; readonly events: SagaEvent[] }>();

  /** Something happened to a saga; where it is run again, it happens again. */
  happened(found: FoundSaga, event: SagaEvent): void {
    const { id, seq } = found.saga;
    const known = this.#sagas.get(id);
    if (event.type === "started") {
      if (!known) this.#add(id, { found, events: [event] });
    } else if (known && known.events.length === seq - 1) {
      known.found = found;
      known.events.push(event);
      if (seq > EVENTS_MAX) this.#sagas.delete(id);
    }
  }

  /** No more is known of it here than is written, or it was not started after all. */
  forget(id: string): void {
    this.#sagas.delete(id);
  }

  get(id: string): LocalSaga | undefined {
    return this.#sagas.get(id);
  }

  #add(id: string, local: { found: FoundSaga; readonly events: SagaEvent[] }): void {
    const [oldest] = this.#sagas.keys();
    if (this.#sagas.size >= SAGAS_MAX && oldest !== undefined) this.#sagas.delete(oldest);
    this.#sagas.set(id, local);
  }
}
