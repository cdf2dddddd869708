import type { SagaStatus } from "../transition/view.ts";

/** A search for sagas. A saga must match every member that is given. */
export interface SagaQuery {
  readonly definition?: string | undefined;
  readonly status?: SagaStatus | undefined;
  readonly state?: string | undefined;
  /** The step that it is about. */
  readonly step?: string | undefined;
  /** The step that it waits at: for a signal, an instant, or a human who is asked about that. */
  readonly waitingFor?: string | undefined;
  /** Only sagas with late signals that no person has dealt with. */
  readonly lateSignals?: true | undefined;
  readonly created?: TimeRange | undefined;
  readonly updated?: TimeRange | undefined;
  /**
   * A number or text anywhere in the input or data. A number must be equal; a text may be a part, in upper or lower case. A number also
   * finds texts.
   */
  readonly text?: string | undefined;
  /** At most this many. */
  readonly limit: number;
  /** Only sagas older than this one: the id of the last item of the page before. */
  readonly before?: string | undefined;
}

/** Instants in milliseconds since the epoch. */
export interface TimeRange {
  /** Inclusive. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly before?: number | undefined;
}

/** How a search goes on. */
export interface SearchOptions {
  /** Aborted when nobody waits for the result any more: the search stops, and its promise rejects. */
  readonly signal?: AbortSignal | undefined;
}

/** The list of sagas for people. It is apart from the journal, so that an engine may bring its own. */
export interface SagaIndex {
  /** The ids of the sagas that match, newest first, at most `query.limit`. */
  list(query: SagaQuery, options?: SearchOptions): Promise<readonly string[]>;
}
