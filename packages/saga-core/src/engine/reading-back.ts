import type { Clock } from "../ports/clock.ts";
import type { Journal, OpenPage } from "../ports/journal.ts";
import { Places } from "./places.ts";
import type { SagaRun } from "./saga-run.ts";

/** Sagas that are in memory at a time because an earlier process left them unfinished; and as many more because their time has come. */
const IN_FLIGHT_MAX = 256;
/** After how long a journal is read again that could not be. */
const READ_AGAIN_MS = 1_000;

export interface ReadingBackPorts {
  readonly journal: Pick<Journal, "open">;
  readonly clock: Clock;
  readonly sagasInFlightMax: number;
  /** Reads a saga back and goes on with it; undefined where it goes on already, or need not. Rejects when the journal cannot be read. */
  readonly takeUp: (sagaId: string) => Promise<SagaRun | undefined>;
  /** Whether a saga of this process waits out of memory. */
  readonly isAsleep: (sagaId: string) => boolean;
  readonly isStopping: () => boolean;
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

/** Brings sagas back into memory, a bounded number at a time: those of an earlier process, those whose time has come. */
export class ReadingBack {
  readonly #ports: ReadingBackPorts;
  readonly #resumed: Places;
  readonly #due: Places;
  /** The place that a run gives back when it leaves memory. */
  readonly #placeOf = new Map<SagaRun, Places>();

  constructor(ports: ReadingBackPorts) {
    const places = Math.min(IN_FLIGHT_MAX, ports.sagasInFlightMax);
    this.#ports = ports;
    this.#resumed = new Places(places);
    this.#due = new Places(places);
  }

  /** Goes on with what an earlier process left, oldest first; and looks whether what needs a human can be read. */
  async resumeAll(): Promise<void> {
    await this.#takeUpAll("running");
    await this.#takeUpAll("needs_intervention");
  }

  async #takeUpAll(status: OpenPage["status"]): Promise<void> {
    let after: string | undefined;
    while (!this.#ports.isStopping()) {
      const page = await this.#untilRead("", () => this.#ports.journal.open({ status, after, limit: IN_FLIGHT_MAX }));
      if (!page || page.length === 0) return;
      for (const sagaId of page) {
        await this.#resumed.take();
        // Somebody asked for it before its turn came; or it is a new one.
        if (this.#ports.isAsleep(sagaId)) this.#resumed.leave();
        else await this.#takeUpAt(this.#resumed, sagaId);
      }
      after = page.at(-1);
    }
  }

  /** The time of a saga that sleeps has come. */
  due(sagaId: string): void {
    this.#due
      .take()
      .then(() => this.#takeUpAt(this.#due, sagaId))
      .catch((error: unknown) => this.#ports.onDefect(error, sagaId));
  }

  /** The participant that a saga waits for has room for it. Resolves when its call has come to that, or there is none. */
  async forParticipant(sagaId: string): Promise<void> {
    const run = await this.#untilRead(sagaId, () => this.#ports.takeUp(sagaId));
    await run?.atGate;
  }

  /** A run has left memory. */
  left(run: SagaRun): void {
    this.#placeOf.get(run)?.leave();
    this.#placeOf.delete(run);
  }

  async #takeUpAt(places: Places, sagaId: string): Promise<void> {
    const run = await this.#untilRead(sagaId, () => this.#ports.takeUp(sagaId));
    if (run && !run.isLeft) this.#placeOf.set(run, places);
    else places.leave();
  }

  /** A journal that cannot be read at present is read again, until the engine stops. */
  async #untilRead<Read>(sagaId: string, read: () => Promise<Read>): Promise<Read | undefined> {
    const { clock, isStopping, onDefect } = this.#ports;
    while (!isStopping()) {
      try {
        return await read();
      } catch (error) {
        onDefect(error, sagaId);
        const again = Promise.withResolvers<void>();
        clock.wakeAt(clock.now() + READ_AGAIN_MS, again.resolve);
        await again.promise;
      }
    }
    return undefined;
  }
}
