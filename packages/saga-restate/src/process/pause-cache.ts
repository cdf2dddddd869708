import { setTimeout } from "node:timers/promises";
import type { Clock, Pause } from "saga-core";
import type { RestateIngress } from "../restate/restate-ingress.ts";

/** So long a process relies on what it knows of the pauses. */
const KNOWN_MS = 1_000;
/** So old it becomes before it is asked for again, while it is wanted: nobody who starts a saga waits for that. */
const ASKED_AGAIN_MS = 500;
/** So long after it was wanted it is kept fresh. */
const WANTED_MS = 30_000;

interface Known {
  readonly pauses: Promise<readonly Pause[]>;
  /** What changed before was seen. */
  readonly askedAt: number;
}

/**
 * The pauses of definitions, which all processes share. Each relies on what it asked within the last second; whoever pauses one is told when
 * that second is over everywhere, so that from then on none starts.
 */
export class KnownPauses {
  readonly #ingress: Pick<RestateIngress, "pauses" | "beginPause" | "endPause">;
  readonly #clock: Clock;
  #known: Known | undefined;
  #wantedAt = -Infinity;
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(ingress: Pick<RestateIngress, "pauses" | "beginPause" | "endPause">, clock: Clock) {
    this.#ingress = ingress;
    this.#clock = clock;
  }

  async now(): Promise<readonly Pause[]> {
    this.#wantedAt = this.#clock.now();
    const known = this.#known && this.#isFresh(this.#known) ? this.#known : this.#ask();
    this.#known = known;
    try {
      return await known.pauses;
    } catch (error) {
      if (this.#known === known) this.#known = undefined;
      throw error;
    }
  }

  async begin(pause: Pause, requestId: string): Promise<void> {
    await this.#ingress.beginPause(pause, requestId);
    this.#forget();
    await setTimeout(KNOWN_MS);
  }

  async end(definition: string, requestId: string): Promise<void> {
    await this.#ingress.endPause(definition, requestId);
    this.#forget();
  }

  /** Asks no more by itself. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #forget(): void {
    this.#known = undefined;
    this.#cancel();
  }

  #isFresh({ askedAt }: Known): boolean {
    const now = this.#clock.now();
    return now >= askedAt && now - askedAt < KNOWN_MS;
  }

  #ask(): Known {
    const askedAt = this.#clock.now();
    const known = { pauses: this.#ingress.pauses(), askedAt };
    this.#cancel();
    if (!this.#isStopped) this.#cancel = this.#clock.wakeAt(askedAt + ASKED_AGAIN_MS, () => this.#askAgain());
    return known;
  }

  /** What is known holds until the answer is there. Where there is none, whoever starts the next saga asks, and is told why. */
  #askAgain(): void {
    if (this.#clock.now() - this.#wantedAt >= WANTED_MS) return;
    const known = this.#ask();
    known.pauses.then(
      () => {
        if (this.#known && this.#known.askedAt < known.askedAt) this.#known = known;
      },
      () => undefined,
    );
  }
}
