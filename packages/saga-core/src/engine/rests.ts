import { observed } from "../observed.ts";
import type { Saga } from "../transition/saga.ts";

/** Those who wait for a saga to come to rest, whether it is in memory or not. Of a saga for which nobody waits nothing is remembered. */
export class Rests {
  readonly #waiting = new Map<string, PromiseWithResolvers<Saga>>();
  readonly #look: (sagaId: string) => Promise<Saga | undefined>;

  /** @param look gives a saga of which no more is to be heard; undefined where it goes on; rejects where that cannot be told. */
  constructor(look: (sagaId: string) => Promise<Saga | undefined>) {
    this.#look = look;
  }

  /** Resolves when the saga has come to rest. It may have done so before somebody asks. */
  of(sagaId: string): Promise<Saga> {
    const known = this.#waiting.get(sagaId);
    if (known) return known.promise;
    const rest = Promise.withResolvers<Saga>();
    this.#waiting.set(sagaId, rest);
    this.#tell(sagaId);
    return observed(rest.promise);
  }

  resolve(saga: Saga): void {
    this.#waiting.get(saga.id)?.resolve(saga);
    this.#waiting.delete(saga.id);
  }

  reject(sagaId: string, error: unknown): void {
    this.#waiting.get(sagaId)?.reject(error);
    this.#waiting.delete(sagaId);
  }

  /** Tells everybody who can be told by now. */
  tellAll(): void {
    for (const sagaId of this.#waiting.keys()) this.#tell(sagaId);
  }

  #tell(sagaId: string): void {
    this.#look(sagaId).then(
      (saga) => saga && this.resolve(saga),
      (error: unknown) => this.reject(sagaId, error),
    );
  }
}
