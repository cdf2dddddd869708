import type { Clock } from "../ports/clock.ts";
import type { Journal, OpenPage } from "../ports/journal.ts";
import type { SagaRun } from "./saga-run.ts";
import { Semaphore } from "./semaphore.ts";

/** Sagas in memory at a time because an earlier process left them unfinished; and as many more because they are due. */
const IN_FLIGHT_MAX = 256;
/** After how long a journal that could not be read is read again, in milliseconds. */
const READ_AGAIN_MS = 1_000;
/** How many sagas that cannot be read are read again while later ones are resumed: a journal of which nothing can be read gives no more reports. */
const BESIDE_MAX = 8;

export interface ResumerPorts {
  readonly journal: Pick<Journal, "open">;
  readonly clock: Clock;
  readonly sagasInFlightMax: number;
  /** Reads a saga and goes on with it; undefined where it goes on already, or need not. Rejects when the journal cannot be read. */
  readonly resume: (sagaId: string) => Promise<SagaRun | undefined>;
  /** Whether a saga of this process sleeps. */
  readonly isAsleep: (sagaId: string) => boolean;
  readonly isStopping: () => boolean;
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

/** Brings sagas back into memory, a bounded number at a time: those of an earlier process, and those that are due. */
export class Resumer {
  readonly #ports: ResumerPorts;
  readonly #recovered: Semaphore;
  readonly #due: Semaphore;
  /** The sagas that are read again while later ones are resumed. */
  readonly #beside = new Set<string>();
  /** The semaphore whose permit a run gives back when it leaves memory. */
  readonly #permitOf = new Map<SagaRun, Semaphore>();

  constructor(ports: ResumerPorts) {
    const permits = Math.min(IN_FLIGHT_MAX, ports.sagasInFlightMax);
    this.#ports = ports;
    this.#recovered = new Semaphore(permits);
    this.#due = new Semaphore(permits);
  }

  /** Goes on with the sagas that an earlier process left, oldest first; then checks whether those that need a human can be read. */
  async resumeAll(): Promise<void> {
    await this.#resumeEvery("running");
    await this.#resumeEvery("needs_intervention");
  }

  async #resumeEvery(status: OpenPage["status"]): Promise<void> {
    let after: string | undefined;
    while (!this.#ports.isStopping()) {
      const page = await this.#untilRead("", () => this.#ports.journal.open({ status, after, limit: IN_FLIGHT_MAX }));
      if (!page || page.length === 0) return;
      for (const sagaId of page) {
        await this.#recovered.acquire();
        // A saga that sleeps already went on in this process: it is new, or an operation came before its turn.
        if (this.#ports.isAsleep(sagaId)) this.#recovered.release();
        else await this.#resumeOrPass(sagaId);
      }
      after = page.at(-1);
    }
  }

  /** Goes on with a saga, or passes it over when it cannot be read: it is read again beside the later ones, which need not wait for it. */
  #resumeOrPass(sagaId: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const pass = () => {
      if (this.#beside.size >= BESIDE_MAX) return;
      this.#beside.add(sagaId);
      resolve();
    };
    const resumed = () => {
      this.#beside.delete(sagaId);
      resolve();
    };
    this.#resumeWith(this.#recovered, sagaId, pass).then(resumed, reject);
    return promise;
  }

  /** Goes on with a saga that sleeps and is due. */
  due(sagaId: string): void {
    this.#due
      .acquire()
      .then(() => this.#resumeWith(this.#due, sagaId))
      .catch((error: unknown) => this.#ports.onDefect(error, sagaId));
  }

  /** Goes on with a saga whose participant has room for it. Resolves when its call has come to the gate, or there is none. */
  async forParticipant(sagaId: string): Promise<void> {
    const run = await this.#untilRead(sagaId, () => this.#ports.resume(sagaId));
    await run?.atGate;
  }

  /** Notes that a run has left memory. */
  detached(run: SagaRun): void {
    this.#permitOf.get(run)?.release();
    this.#permitOf.delete(run);
  }

  async #resumeWith(semaphore: Semaphore, sagaId: string, onFailure = () => {}): Promise<void> {
    const run = await this.#untilRead(sagaId, () => this.#ports.resume(sagaId), onFailure);
    if (run && !run.isDetached) this.#permitOf.set(run, semaphore);
    else semaphore.release();
  }

  /** Reads again while the journal cannot be read, until the engine stops. */
  async #untilRead<Read>(sagaId: string, read: () => Promise<Read>, onFailure = () => {}): Promise<Read | undefined> {
    const { clock, isStopping, onDefect } = this.#ports;
    while (!isStopping()) {
      try {
        return await read();
      } catch (error) {
        onDefect(error, sagaId);
        onFailure();
        const again = Promise.withResolvers<void>();
        clock.wakeAt(clock.now() + READ_AGAIN_MS, again.resolve);
        await again.promise;
      }
    }
    return undefined;
  }
}
