import { type FoundSaga, isAskedFor, type SagaEvent, type SagaQuery } from "saga-core";

export interface LocalSaga {
  readonly found: FoundSaga;
  readonly events: readonly SagaEvent[];
  /** Restate's name for its run, once that has begun here. */
  readonly invocation?: string | undefined;
}

/** So many more sagas a process remembers than may be waited for. */
const SAGAS_SPARE = 2_000;
/** Of longer histories it does not: they are written often enough. */
const EVENTS_MAX = 64;

interface Known {
  found: FoundSaga;
  readonly events: SagaEvent[];
  invocation: string | undefined;
}

/**
 * Where the sagas are that this process started or runs. What goes on quickly is not written at every step: of what runs here more is
 * known than is written. All of it is in Restate's journal, so that nothing that is told is lost.
 */
export class LocalSagas {
  readonly #sagas = new Map<string, Known>();
  readonly #sagasMax: number;

  /** @param waitedForMax for so many sagas somebody may wait at once. */
  constructor(waitedForMax: number) {
    this.#sagasMax = waitedForMax + SAGAS_SPARE;
  }

  /** A saga is about to be started. */
  begins(found: FoundSaga, started: SagaEvent): void {
    this.#add(found.saga.id, { found, events: [started], invocation: undefined });
  }

  /** Something happened to a saga that runs here; where it is run again, it happens again. */
  happened(found: FoundSaga, event: SagaEvent, invocation: string): void {
    const { id, seq } = found.saga;
    const known = this.#sagas.get(id);
    if (event.type === "started") {
      if (known) known.invocation = invocation;
      else this.#add(id, { found, events: [event], invocation });
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

  /** The ids of those that are asked for, among those that run here. */
  list(query: SagaQuery): readonly string[] {
    return [...this.#sagas]
      .filter(([id, { found, invocation }]) => {
        const isOlder = query.before === undefined || id < query.before;
        return isOlder && invocation !== undefined && isAskedFor(found, query);
      })
      .map(([id]) => id);
  }

  #add(id: string, local: Known): void {
    const [oldest] = this.#sagas.keys();
    if (this.#sagas.size >= this.#sagasMax && oldest !== undefined) this.#sagas.delete(oldest);
    this.#sagas.set(id, local);
  }
}
