import type { Json, JsonObject } from "../json.ts";
import { type OpenPhaseName, openPhaseOf } from "../transition/open-phase.ts";
import { redacted } from "../transition/redacted.ts";
import { unseenSignals } from "../transition/verdict.ts";
import { type SagaStatus, stateOf, statusOf, stepOf } from "../transition/view.ts";
import { waitingFor } from "../transition/waits.ts";
import type { FoundSaga } from "./found-saga.ts";
import type { IndexedSaga } from "./journal.ts";
import type { SagaOrder, SagaQuery, TimeRange } from "./saga-index.ts";

/** The members of a saga that a query compares. Times are in milliseconds since the epoch. */
export interface SagaSummary {
  readonly definition: string;
  readonly status: SagaStatus;
  /** What it is at. Absent: it has ended, or an earlier release recorded it. */
  readonly phase?: OpenPhaseName | undefined;
  readonly state: string;
  readonly step?: string | undefined;
  /** The step that it waits at. */
  readonly waitingFor?: string | undefined;
  /** It has late signals that no person has dealt with. */
  readonly lateSignals?: boolean | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly input: JsonObject;
  readonly data: JsonObject;
}

/** Whether a found saga, as people see it now, matches a query: no text finds what is secret. Its limit and order have no effect. */
export function foundMatches({ saga: recorded, controller }: FoundSaga, query: Partial<SagaQuery>): boolean {
  const saga = query.text === undefined ? recorded : redacted({ saga: recorded, controller });
  return summaryMatches(summaryOf({ saga, state: stateOf(controller, saga), step: stepOf(controller, saga) }), query);
}

/** What a query compares of a saga, whose state and step are in the words of its definition. */
export function summaryOf({ saga, state, step }: IndexedSaga): SagaSummary {
  const waits = { waitingFor: waitingFor(saga), lateSignals: unseenSignals(saga).length > 0 };
  return { ...saga, status: statusOf(saga), phase: openPhaseOf({ saga })?.name, state, step, ...waits };
}

/** Whether a saga matches a query. Its limit and order have no effect. */
export function summaryMatches(saga: SagaSummary, query: Partial<SagaQuery>): boolean {
  const { text } = query;
  return (
    (query.definition === undefined || saga.definition === query.definition) &&
    (query.status === undefined || saga.status === query.status) &&
    (query.phase === undefined || saga.phase === query.phase) &&
    (query.state === undefined || saga.state === query.state) &&
    (query.step === undefined || saga.step === query.step) &&
    (query.waitingFor === undefined || saga.waitingFor === query.waitingFor) &&
    (query.lateSignals === undefined || saga.lateSignals === true) &&
    isWithin(saga.createdAt, query.created) &&
    isWithin(saga.updatedAt, query.updated) &&
    (text === undefined || [saga.input, saga.data].some((value) => holds(value, text)))
  );
}

/** The ids of a page, in the order of the query: it has those between `before` and `after`. */
export function pageOf(
  ids: readonly string[],
  { order, before, after, limit }: SagaOrder & Pick<SagaQuery, "limit">,
): readonly string[] {
  const between = ids.filter((id) => (before === undefined || id < before) && (after === undefined || id > after));
  const sorted = between.toSorted((one, other) => (one < other ? -1 : 1));
  return (order === "oldest" ? sorted : sorted.reverse()).slice(0, limit);
}

/** The number that a search text spells as JSON does; undefined for any other text. */
export function numberIn(text: string): number | undefined {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function isWithin(at: number, { from = -Infinity, before = Infinity }: TimeRange = {}): boolean {
  return at >= from && at < before;
}

/** A list instead of recursion: a participant's reply may nest deeper than the stack is. */
function holds(value: Json, text: string): boolean {
  const [part, number] = [text.toLowerCase(), numberIn(text)];
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === "string" && next.toLowerCase().includes(part)) return true;
    if (typeof next === "number" && next === number) return true;
    if (typeof next === "object" && next !== null) for (const member of Object.values(next)) open.push(member);
  }
  return false;
}
