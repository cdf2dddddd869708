import type { SagaRun } from "./saga-run.ts";

/** The runs in memory, by the id of their saga. */
export class SagaRuns {
  readonly #runs = new Map<string, SagaRun>();
  #emptied: PromiseWithResolvers<void> | undefined;

  get size(): number {
    return this.#runs.size;
  }

  get all(): readonly SagaRun[] {
    return [...this.#runs.values()];
  }

  get(sagaId: string): SagaRun | undefined {
    return this.#runs.get(sagaId);
  }

  has(sagaId: string): boolean {
    return this.#runs.has(sagaId);
  }

  add(run: SagaRun): void {
    this.#runs.set(run.saga.id, run);
  }

  remove(run: SagaRun): void {
    this.#runs.delete(run.saga.id);
    if (this.#runs.size === 0) this.#emptied?.resolve();
  }

  async untilEmpty(): Promise<void> {
    while (this.#runs.size > 0) {
      this.#emptied ??= Promise.withResolvers<void>();
      await this.#emptied.promise;
      this.#emptied = undefined;
    }
  }
}
