import { ProblemError } from "../problems/problem.ts";

export interface WorkQueueOptions {
  /** How many pieces of work go on at the same time. */
  readonly atOnce: number;
  /** How many more may wait. Further ones are refused. */
  readonly waitingMax: number;
}

/** Work that takes a while, few pieces at a time, in the order in which they came (rule 9). Between two pieces all other work gets a turn. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<() => void>();
  #underWay = 0;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the result of the work.
   *
   * @param signal aborted when the client has left: work that waits is not begun. The work itself must look at it too.
   * @throws ProblemError when too much waits.
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    await this.#place(signal);
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      setTimeout(() => this.#beginNext());
    }
  }

  async #place(signal: AbortSignal | undefined): Promise<void> {
    const { atOnce, waitingMax } = this.#options;
    if (this.#underWay < atOnce && this.#waiting.size === 0) {
      this.#underWay += 1;
      return;
    }
    if (this.#waiting.size >= waitingMax) {
      throw new ProblemError("overloaded", {
        detail: `${atOnce} such requests are under way and ${waitingMax} wait, which is the limit.`,
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      this.#waiting.delete(resolve);
      reject(signal?.reason);
    };
    this.#waiting.add(resolve);
    signal?.addEventListener("abort", leave);
    await promise;
    signal?.removeEventListener("abort", leave);
  }

  #beginNext(): void {
    const [next] = this.#waiting;
    if (!next || this.#underWay >= this.#options.atOnce) return;
    this.#waiting.delete(next);
    this.#underWay += 1;
    next();
  }
}
