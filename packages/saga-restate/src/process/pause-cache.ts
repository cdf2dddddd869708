import type { Clock, Pause } from "saga-core";
import type { RestateIngress } from "../restate/restate-ingress.ts";
import { timings } from "../timings.ts";
import { delay } from "./delay.ts";

interface Reading {
  readonly pauses: Promise<readonly Pause[]>;
  /** The reading has every change made before this instant. */
  readonly readAt: number;
}

/**
 * The pauses of definitions, which all processes share. A process relies on a reading for `pauseCacheMs`; a pause resolves when that time is over
 * in every process, so no saga of the definition starts after it.
 */
export class PauseCache {
  readonly #ingress: Pick<RestateIngress, "pauses" | "beginPause" | "endPause">;
  readonly #clock: Clock;
  #reading: Reading | undefined;
  #wantedAt = -Infinity;
  #cancelRefresh: () => void = () => undefined;
  #isStopped = false;

  constructor(ingress: Pick<RestateIngress, "pauses" | "beginPause" | "endPause">, clock: Clock) {
    this.#ingress = ingress;
    this.#clock = clock;
  }

  /** @throws JournalError when Restate does not answer and the cached pauses are too old. */
  async current(): Promise<readonly Pause[]> {
    this.#wantedAt = this.#clock.now();
    const reading = this.#reading && this.#isFresh(this.#reading) ? this.#reading : this.#read();
    this.#reading = reading;
    try {
      return await reading.pauses;
    } catch (error) {
      if (this.#reading === reading) this.#reading = undefined;
      throw error;
    }
  }

  /** Resolves when the pause holds in every process. */
  async begin(pause: Pause, requestId: string): Promise<void> {
    await this.#ingress.beginPause(pause, requestId);
    this.#forget();
    await delay(this.#clock, timings.pauseCacheMs).over;
  }

  async end(definition: string, requestId: string): Promise<void> {
    await this.#ingress.endPause(definition, requestId);
    this.#forget();
  }

  /** Refreshes no more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelRefresh();
  }

  #forget(): void {
    this.#reading = undefined;
    this.#cancelRefresh();
  }

  #isFresh({ readAt }: Reading): boolean {
    const now = this.#clock.now();
    return now >= readAt && now - readAt < timings.pauseCacheMs;
  }

  #read(): Reading {
    const readAt = this.#clock.now();
    const reading = { pauses: this.#ingress.pauses(), readAt };
    this.#cancelRefresh();
    if (!this.#isStopped) {
      this.#cancelRefresh = this.#clock.wakeAt(readAt + timings.pauseRefreshMs, () => this.#refresh());
    }
    return reading;
  }

  /** The cached pauses hold until the answer is there. When there is none, the next start reads again and gets the error. */
  #refresh(): void {
    if (this.#clock.now() - this.#wantedAt >= timings.pauseWantedMs) return;
    const reading = this.#read();
    reading.pauses.then(
      () => {
        if (this.#reading && this.#reading.readAt < reading.readAt) this.#reading = reading;
      },
      () => undefined,
    );
  }
}
