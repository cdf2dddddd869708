import type { Clock, Pause } from "saga-core";
import type { RestateIngress } from "../restate/restate-ingress.ts";
import { timings } from "../timings.ts";
import { delay } from "./delay.ts";

type PauseRequests = Pick<RestateIngress, "pauses" | "beginPause" | "endPause" | "endAutomaticPause">;

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
  readonly #ingress: PauseRequests;
  readonly #clock: Clock;
  #reading: Reading | undefined;
  #known: readonly Pause[] = [];
  #knownAt = -Infinity;
  #wantedAt = -Infinity;
  #cancelRefresh: () => void = () => undefined;
  #isStopped = false;

  constructor(ingress: PauseRequests, clock: Clock) {
    this.#ingress = ingress;
    this.#clock = clock;
  }

  /** @throws JournalError when Restate does not answer and the cached pauses are too old. */
  async current(): Promise<readonly Pause[]> {
    this.#wantedAt = this.#clock.now();
    return await this.#latest();
  }

  /** The pauses as they were last read. If that was a while ago, they are read again, and a later call has them. */
  get known(): readonly Pause[] {
    this.#latest().catch(() => undefined);
    return this.#known;
  }

  /** Resolves when the pause holds in every process, with whether something has changed. */
  async begin(pause: Pause, requestId: string): Promise<boolean> {
    const isChanged = await this.#ingress.beginPause(pause, requestId);
    this.#forget();
    await delay(this.#clock, timings.pauseCacheMs).over;
    return isChanged;
  }

  /** Ends a pause that its definition made itself, unless it is another one by now. Resolves with whether it did. */
  async endAutomatic(pause: Pause, requestId: string): Promise<boolean> {
    const isEnded = await this.#ingress.endAutomaticPause(pause, requestId);
    this.#forget();
    return isEnded;
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
    this.#knownAt = this.#clock.now();
    this.#cancelRefresh();
  }

  async #latest(): Promise<readonly Pause[]> {
    const reading = this.#reading && this.#isFresh(this.#reading) ? this.#reading : this.#read();
    this.#reading = reading;
    try {
      return await reading.pauses;
    } catch (error) {
      if (this.#reading === reading) this.#reading = undefined;
      throw error;
    }
  }

  #isFresh({ readAt }: Reading): boolean {
    const now = this.#clock.now();
    return now >= readAt && now - readAt < timings.pauseCacheMs;
  }

  #read(): Reading {
    const readAt = this.#clock.now();
    const reading: Reading = { pauses: this.#ingress.pauses(), readAt };
    reading.pauses.then(
      (pauses) => this.#know(pauses, readAt),
      () => undefined,
    );
    this.#cancelRefresh();
    if (!this.#isStopped) {
      this.#cancelRefresh = this.#clock.wakeAt(readAt + timings.pauseRefreshMs, () => this.#refresh());
    }
    return reading;
  }

  /** Ignores an answer that is older than what is known, or than a change made here. */
  #know(pauses: readonly Pause[], readAt: number): void {
    if (readAt < this.#knownAt) return;
    this.#known = pauses;
    this.#knownAt = readAt;
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
