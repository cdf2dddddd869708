import { type FoundSaga, type Saga, type SagaEvent, type SagaListener, statusOf } from "saga-core";
import { type AutomaticPauses, isAtRest, type Observation, readHistory } from "saga-core/engine";
import type { ChangeFeed } from "./change-feed.ts";
import type { CompletionWaiters } from "./completion-waiters.ts";
import type { LocalSagas } from "./local-sagas.ts";

export interface SagaNoticesPorts {
  readonly local: LocalSagas;
  readonly automatic: Pick<AutomaticPauses, "note">;
  readonly feed: Pick<ChangeFeed, "emit">;
  readonly waiters: () => Pick<CompletionWaiters, "needsHuman" | "has">;
  readonly observation: Pick<Observation, "happened">;
  readonly onEvent?: SagaListener | undefined;
  readonly onDefect: (error: unknown, sagaId: string) => void;
  readonly get: (sagaId: string) => Promise<FoundSaga | undefined>;
}

/** What this process hears of sagas from their workflows. */
export class SagaNotices {
  readonly #ports: SagaNoticesPorts;

  constructor(ports: SagaNoticesPorts) {
    this.#ports = ports;
  }

  /** An event of a saga that runs here. */
  happened(found: FoundSaga, event: SagaEvent, invocation: string): void {
    const { local, automatic, feed, observation, onEvent = () => undefined, onDefect } = this.#ports;
    const { id, phase } = found.saga;
    try {
      if (local.apply(found, event, invocation)) {
        automatic.note(found, event);
        observation.happened(found, event);
      }
      onEvent(found, event);
      feed.emit(found, event);
    } catch (error) {
      // A listener that throws must not stop the saga.
      onDefect(error, id);
    }
    // Restate itself reports an end to those who wait.
    const waiters = this.#ports.waiters();
    if (phase.name === "needs-intervention") waiters.needsHuman(id);
    else if (isAtRest(found.saga) && !waiters.has(id)) local.forget(id);
  }

  /** The saga that a workflow ended with: from here where it ran here, otherwise from its events. */
  async ended(id: string, events: readonly unknown[] | null): Promise<Saga | undefined> {
    const { local, get } = this.#ports;
    const known = local.get(id)?.found;
    // After its end the written record has everything.
    local.forget(id);
    if (known && statusOf(known.saga) !== "needs_intervention" && isAtRest(known.saga)) return known.saga;
    if (known && events) return readHistory(known.controller, id, events).saga;
    return (await get(id))?.saga;
  }
}
