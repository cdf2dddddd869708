/** The calls to participants that this process has under way; it can stop making any. */
export class CallsUnderWay {
  #calls = 0;
  #isStopping = false;
  #idle: PromiseWithResolvers<void> | undefined;

  get isStopping(): boolean {
    return this.#isStopping;
  }

  async during<Result>(call: () => Promise<Result>): Promise<Result> {
    this.#calls += 1;
    try {
      return await call();
    } finally {
      this.#calls -= 1;
      if (this.#calls === 0) this.#idle?.resolve();
    }
  }

  /** Lets no further call be made. Resolves when none is under way. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#calls === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }
}
