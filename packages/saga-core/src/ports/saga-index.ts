import type { OpenPhaseName } from "../transition/open-phase.ts";
import type { SagaStatus } from "../transition/view.ts";

/** A search for sagas. A saga must match every member that is given. */
export interface SagaQuery {
  readonly definition?: string | undefined;
  readonly status?: SagaStatus | undefined;
  /** What the saga is at, which has not ended. */
  readonly phase?: OpenPhaseName | undefined;
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
  /** Which sagas come first, by the time of their start. Default: the newest. */
  readonly order?: "newest" | "oldest" | undefined;
  /** Only sagas older than this one. The next page of a list, newest first: the id of the last item of the page before. */
  readonly before?: string | undefined;
  /** Only sagas newer than this one. The next page of a list, oldest first: the id of the last item of the page before. */
  readonly after?: string | undefined;
}

/** Which sagas are listed, as far as it is said by their ids: those begin with the time of the start. */
export type SagaOrder = Pick<SagaQuery, "order" | "before" | "after">;

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
  /** The ids of the sagas that match, in the order of the query, at most `query.limit`. */
  list(query: SagaQuery, options?: SearchOptions): Promise<readonly string[]>;
}
