import { type SagaIndex, UnreadableSaga } from "saga-core";
import {
  type HolderQuery,
  isHolder,
  numberIn,
  type OpenPhaseName,
  type SagaQuery,
  type SearchOptions,
  summaryMatches,
} from "saga-core/engine";
import { endsWithSignal, LATER_KEY } from "../objects/later-events.ts";
import { INSTANT_DIGITS, instantPositions, phaseIn, RECORD_KEY, readRecord, type SagaRecord } from "../objects/saga-record.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import { timings } from "../timings.ts";
import { quote, type RestateAdmin, type Row } from "./restate-admin.ts";

/** Times in milliseconds since the epoch; undefined where there is none. */
export interface RecordedTimes {
  /** The newest one before an instant. */
  readonly before: number | undefined;
  /** The oldest one from the instant on. */
  readonly since: number | undefined;
}

/** How many sagas of a service need a human or wait, and since when the first of them has. */
export interface RestingCount {
  readonly service: string;
  readonly phase: "needs_intervention" | "waiting";
  readonly count: number;
  /** When the first of them changed last, in milliseconds since the epoch. */
  readonly oldestSince: number;
}

/**
 * Lists the sagas that their workflows wrote, with Restate's SQL introspection. A record is JSON text to SQL, which therefore selects too many; the
 * filter here decides which of them match.
 */
export class RestateIndex implements SagaIndex {
  readonly #admin: RestateAdmin;
  readonly #names: ServiceNames;

  constructor(admin: RestateAdmin, names: ServiceNames) {
    this.#admin = admin;
    this.#names = names;
  }

  async list(query: SagaQuery, options: SearchOptions = {}): Promise<readonly string[]> {
    const found: string[] = [];
    let rest = query;
    for (;;) {
      const limit = isExact(query) ? query.limit : timings.indexRowsMax;
      const rows = await this.#admin.query(this.#sql(rest, limit), options);
      for (const row of rows) if (isExact(query) || rowFits(row, query)) found.push(idOf(row));
      const last = rows.at(-1);
      if (found.length >= query.limit || !last || rows.length < limit) return found.slice(0, query.limit);
      rest = query.order === "oldest" ? { ...query, after: idOf(last) } : { ...query, before: idOf(last) };
    }
  }

  /** The ids of sagas that changed since an instant, in milliseconds since the epoch, or for which something came after their end. */
  async changedSince(instant: number): Promise<readonly string[]> {
    const rows = await this.#admin.query(
      `SELECT service_key FROM state WHERE ((${this.#ofSagas()}) OR (${this.#ofLater})) AND ${instantColumn("updatedAt")} >= ${quote(digits(instant))}`,
    );
    return [...new Set(rows.map(idOf))];
  }

  /** The times at which sagas changed last that are next to an instant, in milliseconds since the epoch. */
  async recordedTimes(instant: number): Promise<RecordedTimes> {
    const updated = instantColumn("updatedAt");
    const at = quote(digits(instant));
    const [row] = await this.#admin.query(`
      SELECT max(CASE WHEN ${updated} < ${at} THEN ${updated} END) AS before, min(CASE WHEN ${updated} >= ${at} THEN ${updated} END) AS since
      FROM state WHERE ${this.#ofSagas()}`);
    return { before: instantIn(row?.["before"]), since: instantIn(row?.["since"]) };
  }

  /** How many sagas need a human or wait: what stands in Restate, and runs in no process. */
  async restingCounts(): Promise<readonly RestingCount[]> {
    const needsHuman = isAt("needs_intervention");
    const phase = `CASE WHEN ${needsHuman} THEN 'needs_intervention' ELSE 'waiting' END`;
    const rows = await this.#admin.query(
      `SELECT service_name, ${phase} AS phase, count(*) AS sagas, min(${instantColumn("updatedAt")}) AS since FROM state WHERE ${this.#ofSagas()} AND (${needsHuman} OR ${isAt("waiting")}) GROUP BY service_name, ${phase}`,
    );
    return rows.map((row) => ({
      service: String(row["service_name"]),
      phase: row["phase"] === "waiting" ? "waiting" : "needs_intervention",
      count: Number(row["sagas"]),
      oldestSince: instantIn(row["since"]) ?? 0,
    }));
  }

  /** The id of another saga that was given an id too, as far as its workflow has written that. */
  async holderOf(query: HolderQuery): Promise<string | undefined> {
    const { member, value, since } = query;
    const given = contains(`${JSON.stringify(member)}:${JSON.stringify(value)}`);
    const changed = within(instantColumn("updatedAt"), { from: since });
    let before: string | undefined;
    for (;;) {
      const older = before === undefined ? [] : [`service_key < ${quote(before)}`];
      const conditions = [this.#ofSagas(), ...changed, given, ...older].join(" AND ");
      const rows = await this.#admin.query(
        `SELECT service_key, value_utf8 FROM state WHERE ${conditions} ORDER BY service_key DESC LIMIT ${timings.indexRowsMax}`,
      );
      const holder = rows.find((row) => recordFits(row, (record) => isHolder({ id: idOf(row), ...record }, query)));
      const last = rows.at(-1);
      if (holder || !last || rows.length < timings.indexRowsMax) return holder && idOf(holder);
      before = idOf(last);
    }
  }

  /** The service of a saga; undefined where there is no such saga. */
  async serviceOf(sagaId: string): Promise<string | undefined> {
    const [row] = await this.#admin.query(
      `SELECT service_name FROM state WHERE ${this.#ofSagas()} AND service_key = ${quote(sagaId)}`,
    );
    return row && String(row["service_name"]);
  }

  /** The ids of the open sagas, written or not. */
  async open(): Promise<readonly string[]> {
    const rows = await this.#admin.query(
      `SELECT target_service_key FROM sys_invocation WHERE starts_with(target_service_name, ${quote(this.#names.sagasPrefix)}) AND target_handler_name = 'run' AND status <> 'completed'`,
    );
    return rows.map((row) => String(row["target_service_key"]));
  }

  #sql(query: SagaQuery, limit: number): string {
    const { definition, order, before, after } = query;
    const conditions = [
      this.#ofSagas(definition),
      ...roughly(query),
      ...(before === undefined ? [] : [`service_key < ${quote(before)}`]),
      ...(after === undefined ? [] : [`service_key > ${quote(after)}`]),
    ];
    const way = order === "oldest" ? "ASC" : "DESC";
    const value = isExact(query) ? "" : ", value_utf8";
    const later = query.lateSignals ? ", later" : "";
    return `SELECT service_key${value}${later} FROM state ${query.lateSignals ? this.#withLater : ""} WHERE ${conditions.join(" AND ")} ORDER BY service_key ${way} LIMIT ${limit}`;
  }

  get #ofLater(): string {
    return `key = ${quote(LATER_KEY)} AND service_name = ${quote(this.#names.later)}`;
  }

  /** Joins what came for a saga after its end: its record does not say it. */
  get #withLater(): string {
    const later = `SELECT service_key AS later_key, value_utf8 AS later FROM state WHERE ${this.#ofLater}`;
    return `LEFT JOIN (${later}) ON service_key = later_key`;
  }

  #ofSagas(definition?: string): string {
    const prefix = definition === undefined ? this.#names.sagasPrefix : this.#names.allVersionsOf(definition);
    return `key = ${quote(RECORD_KEY)} AND starts_with(service_name, ${quote(prefix)})`;
  }
}

/** Whether SQL selects exactly the matching sagas. */
function isExact({ definition, limit: _limit, order: _order, before: _before, after: _after, ...wanted }: SagaQuery): boolean {
  return definition === undefined && Object.values(wanted).every((value) => value === undefined);
}

/** Conditions that the text of every matching record fulfils. */
function roughly({ status, phase, state, step, waitingFor, lateSignals, text, updated, created }: SagaQuery): readonly string[] {
  const members = Object.entries({ status, state, step, waitingFor }).flatMap(([name, value]) =>
    value === undefined ? [] : [says(`${JSON.stringify(name)}:${JSON.stringify(value)}`)],
  );
  return [
    ...members,
    ...(phase === undefined ? [] : [isAt(phase)]),
    ...(lateSignals === undefined ? [] : [`(${says('"lateSignals":true')} OR later IS NOT NULL)`]),
    ...(text === undefined ? [] : [holds(text)]),
    ...within(instantColumn("updatedAt"), updated),
    ...within(instantColumn("createdAt"), created),
  ];
}

/** Whether the text of a record may be that of a saga that is at something. Earlier releases recorded no more than waits. */
function isAt(phase: OpenPhaseName): string {
  const unsaid = says('"status":"running","state":');
  switch (phase) {
    case "needs_intervention":
      return says('"status":"needs_intervention","state":');
    case "forward":
      return unsaid;
    case "waiting":
      return `(${isSaid(phase)} OR (${unsaid} AND ${says('"waitingFor":"')}))`;
    case "in_doubt":
    case "undoing":
    case "settling":
    case "retrying":
      return isSaid(phase);
  }
}

function isSaid(phase: OpenPhaseName): string {
  return says(`"status":"running","phase":${JSON.stringify(phase)},"state":`);
}

function holds(text: string): string {
  const inText = `strpos(lower(value_utf8), ${quote(JSON.stringify(text.toLowerCase()).slice(1, -1))}) > 0`;
  const number = numberIn(text);
  return number === undefined ? inText : `(${inText} OR ${contains(JSON.stringify(number))})`;
}

function contains(part: string): string {
  return `strpos(value_utf8, ${quote(part)}) > 0`;
}

/** Whether a record says so of its saga, before the input and the data, which may have members of the same names. */
function says(part: string): string {
  return `strpos(value_utf8, ${quote(part)}) BETWEEN 1 AND strpos(value_utf8, '"input":')`;
}

/** An instant in the text of a record, to be compared as a text. */
function instantColumn(member: keyof typeof instantPositions): string {
  return `substr(value_utf8, ${instantPositions[member]}, ${INSTANT_DIGITS})`;
}

function within(
  column: string,
  { from, before }: { readonly from?: number | undefined; readonly before?: number | undefined } = {},
): readonly string[] {
  return [
    ...(from === undefined ? [] : [`${column} >= ${quote(digits(from))}`]),
    ...(before === undefined ? [] : [`${column} <= ${quote(digits(before))}`]),
  ];
}

function digits(instant: number): string {
  return String(Math.min(Math.max(Math.floor(instant), 0), 10 ** INSTANT_DIGITS - 1)).padStart(INSTANT_DIGITS, "0");
}

function instantIn(value: unknown): number | undefined {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : undefined;
}

function rowFits(row: Row, query: SagaQuery): boolean {
  return recordFits(row, (record) => {
    const lateSignals = lateSignalsOf(row) ?? record.lateSignals;
    return summaryMatches({ ...record, phase: phaseIn(record), lateSignals }, query);
  });
}

/** Whether late signals of a saga wait for a person, by what came after its end; undefined where that says nothing. */
function lateSignalsOf({ later }: Row): boolean | undefined {
  return typeof later === "string" ? endsWithSignal(JSON.parse(later)) : undefined;
}

/** A row that is no record fits nothing. */
function recordFits(row: Row, isSo: (record: SagaRecord) => boolean): boolean {
  const value = row["value_utf8"];
  try {
    return typeof value === "string" && isSo(readRecord(idOf(row), JSON.parse(value)));
  } catch (error) {
    if (error instanceof UnreadableSaga || error instanceof SyntaxError) return false;
    throw error;
  }
}

function idOf(row: Row): string {
  return String(row["service_key"]);
}
