import type { Json, JsonObject } from "../json.ts";
import { type SagaStatus, stateOf, statusOf, stepOf } from "../transition/view.ts";
import type { FoundSaga } from "./engine.ts";

/** A search for sagas. A saga must match every member that is given. */
export interface SagaQuery {
  readonly definition?: string | undefined;
  readonly status?: SagaStatus | undefined;
  readonly state?: string | undefined;
  /** The step that it is about. */
  readonly step?: string | undefined;
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

/** The list of sagas for people. It is apart from the journal, so that an engine may bring its own. */
export interface SagaIndex {
  /** The ids of the sagas that match, newest first, at most `query.limit`. */
  list(query: SagaQuery): Promise<readonly string[]>;
}

/** The number that a search text spells as JSON does; undefined for any other text. */
export function numberIn(text: string): number | undefined {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** The members of a saga that a query compares. Times are in milliseconds since the epoch. */
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

/** Whether a saga matches a query; `limit` and `before` have no effect. */
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

/** Whether a found saga, as it is now, matches a query; `limit` and `before` have no effect. */
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
