/** Chances that a random number decides. */
export class Chance {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether something of this probability is so. */
  is(probability: number): boolean {
    return this.#random() < probability;
  }

  /** A whole number from 0 up to, and not including, a limit. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** One of several. */
  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("there is nothing to choose from");
    return item;
  }
}
