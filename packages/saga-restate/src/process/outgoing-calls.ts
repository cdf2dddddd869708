/** Counts the calls to participants that this process has under way, and stops it from making any. A call ends at its deadline. */
export class OutgoingCalls {
  #underWay = 0;
  #isStopping = false;
  #idle: PromiseWithResolvers<void> | undefined;
  readonly #onStop = new Set<() => void>();

  get isStopping(): boolean {
    return this.#isStopping;
  }

  async track<Result>(call: () => Promise<Result>): Promise<Result> {
    this.#underWay += 1;
    try {
      return await call();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#idle?.resolve();
    }
  }

  /** Calls back when the process stops; at once if it does already. @returns a function that ends that. */
  onStop(listener: () => void): () => void {
    if (this.#isStopping) listener();
    this.#onStop.add(listener);
    return () => this.#onStop.delete(listener);
  }

  /**
   * No further call is made. Resolves with 0 when none is under way, or with the number of those that are when `over` resolves.
   *
   * @param over default: never.
   */
  async stop(over: Promise<unknown> = new Promise(() => undefined)): Promise<number> {
    this.#isStopping = true;
    for (const listener of this.#onStop) listener();
    if (this.#underWay === 0) return 0;
    this.#idle ??= Promise.withResolvers<void>();
    await Promise.race([this.#idle.promise, over]);
    return this.#underWay;
  }
}
