import type { SagaStatus } from "../transition/view.ts";

export interface SagaQuery {
  readonly definition?: string | undefined;
  readonly status?: SagaStatus | undefined;
  readonly state?: string | undefined;
  /** At most this many. */
  readonly limit: number;
  /** Only sagas older than this one: the id of the last item of the page before. */
  readonly before?: string | undefined;
}

/** Lists sagas for people, newest first; apart from the journal, so that an engine may bring its own. */
export interface SagaIndex {
  list(query: SagaQuery): Promise<readonly string[]>;
}
