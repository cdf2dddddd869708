import type { SagaStatus } from "../transition/view.ts";

export interface SagaQuery {
  readonly definition?: string | undefined;
  readonly status?: SagaStatus | undefined;
  readonly state?: string | undefined;
  /** The step that it is about. */
  readonly step?: string | undefined;
  readonly created?: TimeRange | undefined;
  readonly updated?: TimeRange | undefined;
  /**
   * What must be somewhere in its input or data: a number must be equal, a text may be a part, whatever its case. A number finds texts too.
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

/** Lists sagas for people, newest first; apart from the journal, so that an engine may bring its own. */
export interface SagaIndex {
  list(query: SagaQuery): Promise<readonly string[]>;
}

/** The number that a searched text is, as JSON writes numbers; undefined for any other text. */
export function numberIn(text: string): number | undefined {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
