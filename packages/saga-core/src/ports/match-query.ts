import type { Json, JsonObject } from "../json.ts";
import { type SagaStatus, stateOf, statusOf, stepOf } from "../transition/view.ts";
import type { FoundSaga } from "./engine.ts";
import type { SagaQuery, TimeRange } from "./saga-index.ts";

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

/** Whether a found saga, as it is now, matches a query; `limit` and `before` have no effect. */
export function foundMatches({ saga, controller }: FoundSaga, query: Partial<SagaQuery>): boolean {
  return summaryMatches(
    { ...saga, status: statusOf(saga), state: stateOf(controller, saga), step: stepOf(controller, saga) },
    query,
  );
}

/** Whether a saga matches a query; `limit` and `before` have no effect. */
export function summaryMatches(saga: SagaSummary, query: Partial<SagaQuery>): boolean {
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

/** The number that a search text spells as JSON does; undefined for any other text. */
export function numberIn(text: string): number | undefined {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
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
