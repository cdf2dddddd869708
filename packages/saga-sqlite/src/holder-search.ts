import { type HolderQuery, isHolder, type JournalRecord } from "saga-core/engine";
import { type Condition, type Read, searchSagas } from "./search-sagas.ts";
import { isUnreadable } from "./sqlite-error.ts";
import { EVENTS, ONE, STATE_OF_RECORDS } from "./statements.ts";
import { RECORD_SUM } from "./sums.ts";

/** A search under way, and what was appended since it began. */
interface UnderWay {
  readonly query: HolderQuery;
  found?: string;
}

/**
 * Finds the saga that was given an id too, or one that may have been, because it is damaged. The file is searched slice by slice, and a record
 * that is appended meanwhile is looked at when it is: it may belong to a slice that was searched before.
 */
export class HolderSearch {
  readonly #underWay = new Set<UnderWay>();

  /** Looks at a record that is appended. */
  note({ saga }: JournalRecord): void {
    for (const search of this.#underWay) if (isHolder(saga, search.query)) search.found ??= saga.id;
  }

  /** Begins before anything else is appended: the file has everything that was appended before. */
  async find(query: HolderQuery, read: Read): Promise<string | undefined> {
    const underWay: UnderWay = { query };
    this.#underWay.add(underWay);
    const accept = (id: string) => mayBeGiven(id, query, read);
    try {
      // A saga that changes meanwhile moves to a slice that was searched before: what it was given is in its next record too.
      const search = {
        scope: [],
        conditions: conditionsOf(query),
        accept,
        limit: 1,
        by: "updated_at",
        from: query.since,
      } as const;
      const [holder] = await searchSagas(search, read);
      return holder ?? underWay.found;
    } finally {
      this.#underWay.delete(underWay);
    }
  }
}

/**
 * The texts and numbers of a saga narrow the search down; its records decide. Where its row may not have them all, its records decide alone: the
 * saga is quarantined, or runs and has not gone on since a start that found its row behind its records. The sum of each row is not made: that
 * would take four times as long (ADR 25).
 */
function conditionsOf({ value, except }: HolderQuery): readonly Condition[] {
  return [
    { sql: "id <> ?", values: [except] },
    { sql: `(${HAS_VALUE} OR damage IS NOT NULL OR ${IS_BEHIND})`, values: [listed(value)] },
  ];
}

/** The content is a list in JSON. A text in it may have these characters too. */
const HAS_VALUE = "instr(',' || substr(content, 2, length(content) - 2) || ',', ?) > 0";
const IS_BEHIND = "(status = 'running' AND seq < (SELECT max(record.seq) FROM record WHERE saga_id = saga.id))";

function listed(value: HolderQuery["value"]): string {
  return `,${JSON.stringify(value)},`;
}

/**
 * Whether a record of a saga has the member in a step's result, or may have had it: what is damaged may have been that one. Then the saga that
 * asks needs a human (rule 6).
 */
function mayBeGiven(id: string, { member, value }: HolderQuery, read: Read): boolean {
  const given = [member, value];
  const written = `${JSON.stringify(member)}:${JSON.stringify(value)}`;
  try {
    const isGiven = read(GIVEN, [id, written, ...given, ...given]).length > 0;
    return isGiven || read(IN_DOUBT, [id, id, listed(value)]).length > 0;
  } catch (error) {
    if (error instanceof Error && isUnreadable(error.cause)) return true;
    throw error;
  }
}

/** The text of a record is compared first, which is fast; then its sum is made, and its JSON is read. */
const GIVEN = `
  SELECT 1 FROM record
  WHERE saga_id = ? AND instr(event, ?) > 0
    AND CASE WHEN sum = ${RECORD_SUM} AND json_valid(event) THEN ${hasMember("$.outcome.result")} OR ${hasMember("$.result")} END
  LIMIT 1`;

/** A record does not fit its sum, or one is missing, or the saga is quarantined and has the value. */
const IN_DOUBT = `
  SELECT 1 FROM (${STATE_OF_RECORDS}) LEFT JOIN saga ON id = ?
  WHERE damaged > 0 OR records IS NOT last OR last < seq OR (damage IS NOT NULL AND ${HAS_VALUE})`;

function hasMember(path: string): string {
  return `EXISTS (
    SELECT 1 FROM ${EVENTS} AS one, json_each(${ONE}, '${path}') AS member
    WHERE member.key = ? AND member.atom = ? AND member.type IN ('text', 'integer', 'real'))`;
}
