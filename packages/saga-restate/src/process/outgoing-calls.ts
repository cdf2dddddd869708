/** Counts the calls to participants that this process has under way, and stops it from making any. A call ends at its deadline. */
export class OutgoingCalls {
  #underWay = 0;
  #isStopping = false;
  #idle: PromiseWithResolvers<void> | undefined;

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

  /** No further call is made. Resolves when none is under way. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#underWay === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }
}
