/** The bounds of the durations that count as equal lie so far apart: a quantile is at most a fifth too large. */
const RATIO = 1.2;
const LONGEST_MS = 3_600_000;

/** How long calls took, as counts of durations that are about equal: what is held does not grow with the calls. */
export class CallTimes {
  readonly #counts = new Map<number, number>();

  add(ms: number): void {
    const slot = slotOf(ms);
    this.#counts.set(slot, (this.#counts.get(slot) ?? 0) + 1);
  }

  /** Counts what another one has counted. */
  addAll(other: CallTimes): void {
    for (const [slot, count] of other.#counts) this.#counts.set(slot, (this.#counts.get(slot) ?? 0) + count);
  }

  /** How long the given share of the calls took at most, in milliseconds; undefined: there were none. */
  quantile(share: number): number | undefined {
    const slots = [...this.#counts].toSorted(([one], [other]) => one - other);
    const wanted = share * slots.reduce((sum, [, count]) => sum + count, 0);
    let passed = 0;
    for (const [slot, count] of slots) {
      passed += count;
      if (passed >= wanted) return Math.round(RATIO ** slot);
    }
    return undefined;
  }
}

/** The number of the first bound that is not below a duration. */
function slotOf(ms: number): number {
  return Math.ceil(Math.log(Math.min(Math.max(ms, 1), LONGEST_MS)) / Math.log(RATIO));
}
