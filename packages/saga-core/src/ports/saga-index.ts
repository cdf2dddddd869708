import type { SagaStatus } from "../transition/view.ts";

export interface SagaQuery {
  readonly definition?: string;
  readonly status?: SagaStatus;
  readonly state?: string;
  /** At most this many. */
  readonly limit: number;
  /** Only sagas older than this one: the id of the last item of the page before. */
  readonly before?: string;
}

/** Lists sagas for people, newest first; apart from the journal, so that an engine may bring its own. */
export interface SagaIndex {
  list(query: SagaQuery): Promise<readonly string[]>;
}
