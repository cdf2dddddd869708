/** The window slides by this part of its length, so that it needs a bounded memory however much is counted. */
const SLOTS = 16;

interface Slot {
  readonly number: number;
  count: number;
}

/** Counts what was done within the last `windowMs` milliseconds, or since the count began if that is later. */
export class RateWindow {
  readonly since: number;
  readonly #slotMs: number;
  #slots: readonly Slot[] = [];
  #last: number;
  #longestGapMs = 0;

  /** @param since when the count begins, in milliseconds since the epoch. */
  constructor(windowMs: number, since: number) {
    this.since = since;
    this.#slotMs = windowMs / SLOTS;
    this.#last = since;
  }

  /** Counts one more that is done now. */
  add(now: number): void {
    const number = this.#slotOf(now);
    let slot = this.#slots.at(-1);
    if (slot?.number !== number) {
      slot = { number, count: 0 };
      this.#slots = [...this.#within(now), slot];
    }
    slot.count += 1;
    this.#longestGapMs = Math.max(this.#longestGapMs, now - this.#last);
    this.#last = now;
  }

  /**
   * The time for one, in milliseconds, by what was done lately; infinite if too little was. Calls that began together end together: the time
   * since the last one counts only once it is longer than any such time before. Few may have been quick by chance: what is counted is taken
   * for one standard deviation less.
   */
  msEach(now: number): number {
    const count = this.#within(now).reduce((sum, slot) => sum + slot.count, 0);
    const from = Math.max(this.since, (this.#slotOf(now) - SLOTS + 1) * this.#slotMs);
    // The last one is in the future after the clock was set back.
    const to = Math.min(now, Math.max(this.#last, now - this.#longestGapMs));
    const sure = count - Math.sqrt(count);
    return sure === 0 ? Number.POSITIVE_INFINITY : Math.max(0, to - from) / sure;
  }

  /** Slots of the future are there after the clock was set back: their time is not known. */
  #within(now: number): readonly Slot[] {
    const last = this.#slotOf(now);
    return this.#slots.filter(({ number }) => number > last - SLOTS && number <= last);
  }

  #slotOf(at: number): number {
    return Math.floor(at / this.#slotMs);
  }
}
