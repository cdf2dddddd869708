import type { Json, JsonObject } from "../json.ts";
import { type SagaStatus, stateOf, statusOf, stepOf } from "../transition/view.ts";
import type { FoundSaga } from "./engine.ts";

export interface SagaQuery {
  readonly definition?: string | undefined;
  readonly status?: SagaStatus | undefined;
  readonly state?: string | undefined;
  /** The step that it is about. */
  readonly step?: string | undefined;
  readonly created?: TimeRange | undefined;
  readonly updated?: TimeRange | undefined;
  /**
   * A number or text that is somewhere in its input or data: a number must be equal, a text may be a part in any case. A number finds texts too.
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

/** What a saga is found by. */
export interface SagaSummary {
  readonly definition: string;
  readonly status: SagaStatus;
  readonly state: string;
  readonly step?: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly input: JsonObject;
  readonly data: JsonObject;
}

/** Whether a query finds a saga, on any page. */
export function fits(saga: SagaSummary, query: Partial<SagaQuery>): boolean {
  const { text } = query;
  return (
    (query.definition === undefined || saga.definition === query.definition) &&
    (query.status === undefined || saga.status === query.status) &&
    (query.state === undefined || saga.state === query.state) &&
    (query.step === undefined || saga.step === query.step) &&
    isWithin(saga.createdAt, query.created) &&
    isWithin(saga.updatedAt, query.updated) &&
    (text === undefined || [saga.input, saga.data].some((value) => holds(value, text)))
  );
}

/** Whether a query finds a saga as it is now. */
export function isAskedFor({ saga, controller }: FoundSaga, query: Partial<SagaQuery>): boolean {
  return fits({ ...saga, status: statusOf(saga), state: stateOf(controller, saga), step: stepOf(controller, saga) }, query);
}

function isWithin(at: number, { from = -Infinity, before = Infinity }: TimeRange = {}): boolean {
  return at >= from && at < before;
}

function holds(value: Json, text: string): boolean {
  if (typeof value === "string") return value.toLowerCase().includes(text.toLowerCase());
  if (typeof value === "number") return value === numberIn(text);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((member) => holds(member, text));
}
