import type { Clock, FoundSaga, HistoryEntry, HistoryPage, SagaEvent, SagaListener } from "saga-core";
import { HISTORY_PAGE, Subscribers } from "saga-core/engine";
import type { RestateIndex } from "../restate/restate-index.ts";
import { timings } from "../timings.ts";
import type { FoundHistory } from "./saga-cache.ts";

export interface ChangeFeedPorts {
  readonly index: Pick<RestateIndex, "changedSince">;
  readonly clock: Clock;
  /** A page of a saga's events. */
  readonly history: (sagaId: string, page: Required<HistoryPage>) => Promise<FoundHistory | undefined>;
  /** Called when a listener throws, or Restate does not answer (then without a saga). */
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

interface Emitted {
  readonly seq: number;
  /** In milliseconds since the epoch, by this process's clock. */
  readonly at: number;
}

/**
 * The events of all sagas, for subscribers: at once from sagas that run in this process; from others by looking at what changed, which
 * happens only while somebody subscribes.
 */
export class ChangeFeed {
  readonly #ports: ChangeFeedPorts;
  #subscribers: Subscribers;
  #subscriptions = 0;
  /** The last event emitted and when, by saga; of the sagas that changed lately. */
  #emitted = new Map<string, Emitted>();
  #cancelLook: () => void = () => undefined;
  #since = 0;

  constructor(ports: ChangeFeedPorts) {
    this.#ports = ports;
    this.#subscribers = new Subscribers(ports.onDefect);
  }

  /** @returns a function that ends the subscription. */
  subscribe(listener: SagaListener): () => void {
    const unsubscribe = this.#subscribers.subscribe(listener);
    this.#subscriptions += 1;
    if (this.#subscriptions === 1) {
      this.#since = this.#ports.clock.now();
      this.#lookLater();
    }
    let isSubscribed = true;
    return () => {
      unsubscribe();
      if (isSubscribed) this.#subscriptions -= 1;
      isSubscribed = false;
      if (this.#subscriptions === 0) this.#stopLooking();
    };
  }

  /** An event of a saga that runs here. A replayed event is not emitted again. */
  emit(found: FoundSaga, event: SagaEvent): void {
    const { id, seq } = found.saga;
    if (this.#subscriptions === 0 || seq <= (this.#emitted.get(id)?.seq ?? 0)) return;
    this.#emitted.set(id, { seq, at: this.#ports.clock.now() });
    this.#subscribers.notify(found, event);
  }

  /** Emits nothing more to today's subscribers. */
  stop(): void {
    this.#subscribers = new Subscribers(this.#ports.onDefect);
    this.#subscriptions = 0;
    this.#stopLooking();
  }

  #stopLooking(): void {
    this.#cancelLook();
    this.#emitted.clear();
  }

  #lookLater(): void {
    const { clock, onDefect } = this.#ports;
    this.#cancelLook = clock.wakeAt(clock.now() + timings.changeLookMs, () => {
      this.#look()
        .catch((error: unknown) => onDefect(error, ""))
        .finally(() => this.#subscriptions > 0 && this.#lookLater());
    });
  }

  async #look(): Promise<void> {
    const since = this.#since - timings.changeMarginMs;
    const now = this.#ports.clock.now();
    const changed = await this.#ports.index.changedSince(since);
    for (const id of changed) await this.#lookAt(id, since);
    this.#since = now;
    // A saga that fails again and again is written less often: its events are not emitted twice, and not left out.
    const keptFrom = now - timings.repeatUnwrittenMsMax - timings.changeMarginMs;
    this.#emitted = new Map([...this.#emitted].filter(([id, { at }]) => changed.includes(id) || at >= keptFrom));
  }

  async #lookAt(id: string, since: number): Promise<void> {
    const emitted = this.#emitted.get(id)?.seq;
    for (let after = emitted ?? 0; ; ) {
      const history = await this.#ports.history(id, { after, limit: HISTORY_PAGE });
      if (!history) return;
      const { entries } = history;
      // Of a saga that is new to this process, only what happened lately is emitted.
      for (const entry of entries) this.#emitRead(history, entry, emitted !== undefined || entry.event.at >= since);
      if (entries.length < HISTORY_PAGE) return;
      after = entries.at(-1)?.seq ?? after;
    }
  }

  #emitRead({ found: { controller } }: FoundHistory, { seq, event, saga }: HistoryEntry, isNew: boolean): void {
    const { id } = saga;
    // It may have been emitted here meanwhile.
    if (seq <= (this.#emitted.get(id)?.seq ?? 0)) return;
    this.#emitted.set(id, { seq, at: this.#ports.clock.now() });
    if (isNew) this.#subscribers.notify({ saga, controller }, event);
  }
}
