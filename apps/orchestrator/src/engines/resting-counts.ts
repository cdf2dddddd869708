import type { Clock } from "saga-core";
import type { OpenCount } from "../metrics/open-sagas.ts";

/** How old what Restate said may be before it is asked again, in milliseconds. */
const FRESH_MS = 15_000;

/** Sagas that stand in Restate, as it said last. Looking asks it again in the background, and waits for nothing. */
export class RestingCounts {
  readonly #ask: () => Promise<readonly OpenCount[]>;
  readonly #clock: Pick<Clock, "now">;
  readonly #onFailure: (error: unknown) => void;
  #counts: readonly OpenCount[] = [];
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(ask: () => Promise<readonly OpenCount[]>, clock: Pick<Clock, "now">, onFailure: (error: unknown) => void) {
    this.#ask = ask;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** One line for each definition and phase, those of all its versions together. */
  get latest(): readonly OpenCount[] {
    const now = this.#clock.now();
    if (now - this.#askedAt >= FRESH_MS) {
      this.#askedAt = now;
      this.#ask().then((counts) => {
        this.#counts = summed(counts);
      }, this.#onFailure);
    }
    return this.#counts;
  }
}

function summed(counts: readonly OpenCount[]): readonly OpenCount[] {
  const sums = new Map<string, OpenCount>();
  for (const { definition, phase, count, oldestSince = Infinity } of counts) {
    const key = JSON.stringify([definition, phase]);
    const before = sums.get(key);
    const oldest = Math.min(oldestSince, before?.oldestSince ?? Infinity);
    sums.set(key, { definition, phase, count: count + (before?.count ?? 0), oldestSince: oldest });
  }
  return [...sums.values()];
}
