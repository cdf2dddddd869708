import { type HolderQuery, isHolder, type JournalRecord } from "saga-core/engine";
import { type Condition, type Read, searchSagas } from "./search-sagas.ts";
import { isDamage } from "./sqlite-error.ts";
import { RECORD_SUM } from "./sums.ts";

/** A search under way, and what was appended since it began. */
interface UnderWay {
  readonly query: HolderQuery;
  found?: string;
}

/**
 * Finds the saga that was given an id too. The file is searched slice by slice, and a record that is appended meanwhile is looked at when it
 * is: it may belong to a slice that was searched before.
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
    const accept = (id: string) => wasGiven(id, query, read);
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

/** The texts and numbers of a saga narrow the search down; its records decide. */
function conditionsOf({ value, except }: HolderQuery): readonly Condition[] {
  return [
    { sql: "id <> ?", values: [except] },
    // The content is a list in JSON. A text in it may have these characters too.
    { sql: "instr(',' || substr(content, 2, length(content) - 2) || ',', ?) > 0", values: [`,${JSON.stringify(value)},`] },
  ];
}

/** Whether a record of a saga that is not damaged has the member in a step's result. A saga that cannot be read hides no other one. */
function wasGiven(id: string, { member, value }: HolderQuery, read: Read): boolean {
  const given = [member, value];
  const written = `${JSON.stringify(member)}:${JSON.stringify(value)}`;
  try {
    return read(GIVEN, [id, written, ...given, ...given]).length > 0;
  } catch (error) {
    if (error instanceof Error && isDamage(error.cause)) return false;
    throw error;
  }
}

/** The text of a record is compared first, which is fast; then its sum is made, and its JSON is read. */
const GIVEN = `
  SELECT 1 FROM record
  WHERE saga_id = ? AND instr(event, ?) > 0
    AND CASE WHEN sum = ${RECORD_SUM} AND json_valid(event) THEN ${hasMember("$.outcome.result")} OR ${hasMember("$.result")} END
  LIMIT 1`;

function hasMember(path: string): string {
  return `EXISTS (SELECT 1 FROM json_each(event, '${path}') WHERE key = ? AND atom = ? AND type IN ('text', 'integer', 'real'))`;
}
