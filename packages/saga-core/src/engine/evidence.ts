import type { Caller, Failure } from "./gate-call.ts";

/**
 * The most sagas that are remembered: about 10 MB for a participant. Beyond it the saga that failed longest ago is forgotten: it then makes
 * its next attempt there as if it were its first.
 */
export const EVIDENCE_MAX = 100_000;

/** The last failure of a saga. Failures are numbered in their order. */
interface NumberedFailure {
  readonly failure: Failure;
  readonly number: number;
}

/** The different sagas that failed at one participant since its last clear answer. One saga is one piece of evidence, however often it fails. */
export class Evidence {
  readonly #max: number;
  /** The last failure of each saga, the one of longest ago at the head. */
  readonly #failed = new Map<string, NumberedFailure>();
  /** The number of the last failure, and of the last one that was an answer. */
  #last = 0;
  #lastAnswer = 0;
  #lastFailure: Failure | undefined;
  #shortestDeadlineMs = Infinity;

  constructor(max: number = EVIDENCE_MAX) {
    this.#max = max;
  }

  get size(): number {
    return this.#failed.size;
  }

  /** How the last of them failed; undefined if there is none. */
  get lastFailure(): Failure | undefined {
    return this.#lastFailure;
  }

  /** The shortest deadline of their policies, in milliseconds; infinite if there is none. */
  get shortestDeadlineMs(): number {
    return this.#shortestDeadlineMs;
  }

  /** Whether a saga failed there, and nothing says that it would not again. After a silence, an answer to any saga says so: it is alive. */
  has(sagaId: string): boolean {
    const failed = this.#failed.get(sagaId);
    return failed !== undefined && (failed.failure === "answer" || failed.number > this.#lastAnswer);
  }

  add({ sagaId, deadlineMs }: Caller, failure: Failure): void {
    this.#last += 1;
    if (failure === "answer") this.#lastAnswer = this.#last;
    this.#failed.delete(sagaId);
    this.#failed.set(sagaId, { failure, number: this.#last });
    this.#lastFailure = failure;
    this.#shortestDeadlineMs = Math.min(this.#shortestDeadlineMs, deadlineMs);
    const [oldest] = this.#failed.keys();
    if (oldest !== undefined && this.#failed.size > this.#max) this.#failed.delete(oldest);
  }

  clear(): void {
    this.#failed.clear();
    this.#lastFailure = undefined;
    this.#shortestDeadlineMs = Infinity;
  }
}
