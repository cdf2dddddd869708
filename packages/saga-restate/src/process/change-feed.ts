import type { Clock, FoundSaga, SagaEvent, SagaListener } from "saga-core";
import { Subscribers } from "saga-core/engine";
import type { RestateIndex } from "../restate/restate-index.ts";
import { timings } from "../timings.ts";

export interface ChangeFeedPorts {
  readonly index: Pick<RestateIndex, "changedSince">;
  readonly clock: Clock;
  readonly read: (sagaId: string) => Promise<{ readonly found: FoundSaga; readonly events: readonly SagaEvent[] } | undefined>;
  /** Called when a listener throws, or Restate does not answer (then without a saga). */
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

/**
 * The events of all sagas, for subscribers: at once from sagas that run in this process; from others by looking at what changed, which
 * happens only while somebody subscribes.
 */
export class ChangeFeed {
  readonly #ports: ChangeFeedPorts;
  #subscribers: Subscribers;
  #subscriptions = 0;
  /** The number of events already emitted, by saga; of the sagas that changed lately. */
  #emitted = new Map<string, number>();
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
    if (this.#subscriptions === 0 || seq <= (this.#emitted.get(id) ?? 0)) return;
    this.#emitted.set(id, seq);
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
    this.#emitted = new Map([...this.#emitted].filter(([id]) => changed.includes(id)));
  }

  async #lookAt(id: string, since: number): Promise<void> {
    const read = await this.#ports.read(id);
    if (!read) return;
    const emitted = this.#emitted.get(id);
    for (const [index, event] of read.events.entries()) {
      const seq = index + 1;
      const isNew = emitted === undefined ? event.at >= since : seq > emitted;
      if (isNew) this.#subscribers.notify(read.found, event);
    }
    this.#emitted.set(id, Math.max(this.#emitted.get(id) ?? 0, read.found.saga.seq));
  }
}
