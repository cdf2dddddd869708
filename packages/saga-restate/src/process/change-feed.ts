import type { Clock, FoundSaga, SagaEvent, SagaListener } from "saga-core";
import type { RestateIndex } from "../restate/restate-index.ts";

interface ChangesPorts {
  readonly index: Pick<RestateIndex, "changedSince">;
  readonly clock: Clock;
  readonly read: (sagaId: string) => Promise<{ readonly found: FoundSaga; readonly events: readonly SagaEvent[] } | undefined>;
  readonly onError: (error: unknown) => void;
}

const LOOK_MS = 1_000;
/** Clocks of several machines, and a record on its way, differ by less. */
const MARGIN_MS = 5_000;

/**
 * Tells of every saga's events, whichever process it runs in: of those in this process at once, of others by looking at what changed, once a
 * second and only while somebody listens.
 */
export class Changes {
  readonly #ports: ChangesPorts;
  readonly #listeners = new Set<SagaListener>();
  /** How many events of a saga were told; of those that changed lately. */
  #told = new Map<string, number>();
  #cancel: () => void = () => undefined;
  #since = 0;

  constructor(ports: ChangesPorts) {
    this.#ports = ports;
  }

  subscribe(listener: SagaListener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      this.#since = this.#ports.clock.now();
      this.#lookLater();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.end();
    };
  }

  /** Something happened to a saga that runs here. */
  happened(found: FoundSaga, event: SagaEvent): void {
    const { id, seq } = found.saga;
    if (this.#listeners.size === 0 || seq <= (this.#told.get(id) ?? 0)) return;
    this.#told.set(id, seq);
    this.#tell(found, event);
  }

  end(): void {
    this.#cancel();
    this.#listeners.clear();
    this.#told.clear();
  }

  #lookLater(): void {
    this.#cancel = this.#ports.clock.wakeAt(this.#ports.clock.now() + LOOK_MS, () => {
      this.#look()
        .catch(this.#ports.onError)
        .finally(() => this.#listeners.size > 0 && this.#lookLater());
    });
  }

  async #look(): Promise<void> {
    const since = this.#since - MARGIN_MS;
    const now = this.#ports.clock.now();
    const changed = await this.#ports.index.changedSince(since);
    for (const id of changed) await this.#lookAt(id, since);
    this.#since = now;
    this.#told = new Map([...this.#told].filter(([id]) => changed.includes(id)));
  }

  async #lookAt(id: string, since: number): Promise<void> {
    const read = await this.#ports.read(id);
    if (!read) return;
    const known = this.#told.get(id);
    for (const [index, event] of read.events.entries()) {
      const seq = index + 1;
      const isNew = known === undefined ? event.at >= since : seq > known;
      if (isNew) this.#tell(read.found, event);
    }
    this.#told.set(id, Math.max(this.#told.get(id) ?? 0, read.found.saga.seq));
  }

  #tell(found: FoundSaga, event: SagaEvent): void {
    for (const listener of this.#listeners) listener(found, event);
  }
}
