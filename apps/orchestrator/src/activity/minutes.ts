const MINUTE_MS = 60_000;

/** Values of the last minutes, one for each. However much happens, it holds no more than these. */
export class Minutes<Value> {
  readonly #keptMax: number;
  readonly #make: () => Value;
  readonly #values = new Map<number, Value>();

  constructor(keptMax: number, make: () => Value) {
    this.#keptMax = keptMax;
    this.#make = make;
  }

  /** The value of the minute of an instant, to be added to. */
  now(now: number): Value {
    const minute = Math.floor(now / MINUTE_MS);
    const known = this.#values.get(minute);
    if (known !== undefined) return known;
    // A clock that was set back leaves minutes that are ahead: they go too.
    for (const each of this.#values.keys()) if (each <= minute - this.#keptMax || each > minute) this.#values.delete(each);
    const made = this.#make();
    this.#values.set(minute, made);
    return made;
  }

  /** The minutes that have begun by `now`, the oldest first, none before that of `from`. A minute in which nothing happened has a new value. */
  last(now: number, from: number): readonly { readonly at: number; readonly value: Value }[] {
    const last = Math.floor(now / MINUTE_MS);
    const first = Math.min(last, Math.max(Math.floor(from / MINUTE_MS), last - this.#keptMax + 1));
    return Array.from({ length: last - first + 1 }, (_, index) => {
      const minute = first + index;
      return { at: minute * MINUTE_MS, value: this.#values.get(minute) ?? this.#make() };
    });
  }
}
