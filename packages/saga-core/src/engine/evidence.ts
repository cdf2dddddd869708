import type { Caller, Failure } from "./gate-call.ts";

/**
 * The most sagas that are remembered: about 10 MB for a participant. Beyond it the saga that failed longest ago is forgotten: it then makes
 * its next attempt there as if it were its first.
 */
export const EVIDENCE_MAX = 100_000;

/** The different sagas that failed at one participant since its last clear answer. One saga is one piece of evidence, however often it fails. */
export class Evidence {
  readonly #max: number;
  /** The one that failed longest ago at the head. */
  readonly #sagas = new Set<string>();
  #lastFailure: Failure | undefined;
  #shortestDeadlineMs = Infinity;

  constructor(max = EVIDENCE_MAX) {
    this.#max = max;
  }

  get size(): number {
    return this.#sagas.size;
  }

  /** How the last of them failed; undefined if there is none. */
  get lastFailure(): Failure | undefined {
    return this.#lastFailure;
  }

  /** The shortest deadline of their policies, in milliseconds; infinite if there is none. */
  get shortestDeadlineMs(): number {
    return this.#shortestDeadlineMs;
  }

  has(sagaId: string): boolean {
    return this.#sagas.has(sagaId);
  }

  add({ sagaId, deadlineMs }: Caller, failure: Failure): void {
    this.#sagas.delete(sagaId);
    this.#sagas.add(sagaId);
    this.#lastFailure = failure;
    this.#shortestDeadlineMs = Math.min(this.#shortestDeadlineMs, deadlineMs);
    const [oldest] = this.#sagas;
    if (oldest !== undefined && this.#sagas.size > this.#max) this.#sagas.delete(oldest);
  }

  clear(): void {
    this.#sagas.clear();
    this.#lastFailure = undefined;
    this.#shortestDeadlineMs = Infinity;
  }
}
