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
  /** Those of them whose last failure was silence, and no saga was answered since. */
  readonly #silent = new Set<string>();
  /** Those of them whose last failure was silence, and another saga was answered since: the participant is alive again. */
  readonly #excused = new Set<string>();
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

  /** Whether a saga failed there, and nothing says that it would not again. */
  has(sagaId: string): boolean {
    return this.#sagas.has(sagaId) && !this.#excused.has(sagaId);
  }

  add({ sagaId, deadlineMs }: Caller, failure: Failure): void {
    this.#sagas.delete(sagaId);
    this.#sagas.add(sagaId);
    this.#lastFailure = failure;
    this.#excused.delete(sagaId);
    this.#silent.delete(sagaId);
    if (failure === "silence") this.#silent.add(sagaId);
    else this.#excuseSilent();
    this.#shortestDeadlineMs = Math.min(this.#shortestDeadlineMs, deadlineMs);
    const [oldest] = this.#sagas;
    if (oldest === undefined || this.#sagas.size <= this.#max) return;
    for (const sagas of [this.#sagas, this.#silent, this.#excused]) sagas.delete(oldest);
  }

  clear(): void {
    this.#sagas.clear();
    this.#silent.clear();
    this.#excused.clear();
    this.#lastFailure = undefined;
    this.#shortestDeadlineMs = Infinity;
  }
  #excuseSilent(): void {
    for (const sagaId of this.#silent) this.#excused.add(sagaId);
    this.#silent.clear();
  }
}
