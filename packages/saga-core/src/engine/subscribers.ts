import type { FoundSaga, SagaListener } from "../ports/engine.ts";
import type { SagaEvent } from "../transition/event.ts";

/** The listeners of an engine. An error in one is reported as a defect: it stops neither the saga nor the other listeners. */
export class Subscribers {
  readonly #listeners = new Set<SagaListener>();
  readonly #onDefect: (error: unknown, sagaId: string) => void;

  constructor(onDefect: (error: unknown, sagaId: string) => void) {
    this.#onDefect = onDefect;
  }

  /** Calls `listener` with every event from now on, until the returned function is called. */
  subscribe(listener: SagaListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Calls every listener with an event and the saga that it made. */
  notify(found: FoundSaga, event: SagaEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(found, event);
      } catch (error) {
        this.#onDefect(error, found.saga.id);
      }
    }
  }
}
