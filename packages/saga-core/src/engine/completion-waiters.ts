import { observed } from "../observed.ts";
import type { Saga } from "../transition/saga.ts";
import { statusOf } from "../transition/view.ts";

/** The callers that wait until a saga is at rest, in memory or not. A saga without a waiter takes no memory here. */
export class CompletionWaiters {
  readonly #waiting = new Map<string, PromiseWithResolvers<Saga>>();
  readonly #look: (sagaId: string) => Promise<Saga | undefined>;

  /** @param look gives a saga for which this process does nothing more; undefined where it goes on; rejects where neither is certain. */
  constructor(look: (sagaId: string) => Promise<Saga | undefined>) {
    this.#look = look;
  }

  /** Resolves when the saga is at rest, which it may be already. */
  untilRest(sagaId: string): Promise<Saga> {
    const waiting = this.#waiting.get(sagaId);
    if (waiting) return waiting.promise;
    const waiter = Promise.withResolvers<Saga>();
    this.#waiting.set(sagaId, waiter);
    this.#check(sagaId);
    return observed(waiter.promise);
  }

  resolve(saga: Saga): void {
    this.#waiting.get(saga.id)?.resolve(saga);
    this.#waiting.delete(saga.id);
  }

  reject(sagaId: string, error: unknown): void {
    this.#waiting.get(sagaId)?.reject(error);
    this.#waiting.delete(sagaId);
  }

  /** Lets the callers of a saga go that does nothing more, although not all of its records are durable: an end is not told. */
  giveUp(saga: Saga, error: unknown): void {
    if (statusOf(saga) === "running") this.resolve(saga);
    else this.reject(saga.id, error);
  }

  /** Looks again at every saga that has a waiter. */
  checkAll(): void {
    for (const sagaId of this.#waiting.keys()) this.#check(sagaId);
  }

  #check(sagaId: string): void {
    this.#look(sagaId).then(
      (saga) => saga && this.resolve(saga),
      (error: unknown) => this.reject(sagaId, error),
    );
  }
}
