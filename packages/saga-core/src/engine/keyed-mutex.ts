/** One mutex for each key: work under the same key is done one after the other, in the order in which it was requested. */
export class KeyedMutex {
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work when no earlier work holds the key. Settles as the work does. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const result = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, settled);
    try {
      return await result;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}
