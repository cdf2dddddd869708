import type { SagaQuery } from "saga-core/engine";
import { ProblemError } from "../problems/problem.ts";
import { WorkQueue } from "./work-queue.ts";

/** Where requests wait that read many sagas. Those that may read all sagas do not hold up those that read a page. */
export class ReadQueues {
  readonly #searches = new WorkQueue({ atOnce: 2, waitingMax: 16 });
  readonly #pages = new WorkQueue({ atOnce: 4, waitingMax: 64 });

  /** Reads the sagas of a page that an index finds, or of a list of ids. */
  async readPage<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return await untilTheClientLeaves(signal, () => this.#pages.run(read, signal));
  }

  /** Reads the sagas that match a query. */
  async search<T>(query: SagaQuery, read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (!mayReadAll(query)) return await this.readPage(read, signal);
    return await untilTheClientLeaves(signal, () => this.#searches.run(read, signal));
  }
}

/** The newest and the oldest sagas, those that run or need a human or are at something else, and those with late signals are found by an index. */
function mayReadAll(query: SagaQuery): boolean {
  const {
    limit: _limit,
    order: _order,
    before: _before,
    after: _after,
    waitingFor: _step,
    lateSignals: _late,
    ...filters
  } = query;
  const { status, phase: _phase, ...further } = filters;
  if (status === "completed" || status === "cancelled") return true;
  return Object.values(further).some((value) => (typeof value === "object" ? isRange(value) : value !== undefined));
}

function isRange({ from, before }: NonNullable<SagaQuery["created"]>): boolean {
  return from !== undefined || before !== undefined;
}

/** Work that stops because its client has left is no defect, and nobody reads its answer. */
async function untilTheClientLeaves<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new ProblemError("overloaded", { detail: "The client has left: the search was stopped.", cause });
  }
}
