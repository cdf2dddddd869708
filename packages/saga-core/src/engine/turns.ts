/** Lets those who work on the same saga do so one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work when nobody else works on this saga any more. */
  async alone<Result>(sagaId: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#last.get(sagaId) ?? Promise.resolve()).then(work);
    const over = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(sagaId, over);
    try {
      return await turn;
    } finally {
      if (this.#last.get(sagaId) === over) this.#last.delete(sagaId);
    }
  }
}
