import { type HolderQuery, isHolder, type JournalRecord } from "saga-core/engine";
import { type Condition, type Read, searchSagas } from "./search-sagas.ts";

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
    try {
      // A saga that changes meanwhile moves to a slice that was searched before: what it was given is in its next record too.
      const search = { scope: [], conditions: conditionsOf(query), limit: 1, by: "updated_at", from: query.since } as const;
      const [holder] = await searchSagas(search, read);
      return holder ?? underWay.found;
    } finally {
      this.#underWay.delete(underWay);
    }
  }
}

/** The texts and numbers of a saga narrow the search down; its records decide. */
function conditionsOf({ member, value, except }: HolderQuery): readonly Condition[] {
  const written = JSON.stringify(value);
  const given = [member, value];
  return [
    { sql: "id <> ?", values: [except] },
    // The content is a list in JSON. A text in it may have these characters too.
    { sql: "instr(',' || substr(content, 2, length(content) - 2) || ',', ?) > 0", values: [`,${written},`] },
    { sql: GIVEN, values: [`${JSON.stringify(member)}:${written}`, ...given, ...given] },
  ];
}

/** Whether a record that is not damaged has the member in a step's result. Its text is compared first, which is fast; then its JSON is read. */
const GIVEN = `EXISTS (
  SELECT 1 FROM record
  WHERE saga_id = saga.id AND instr(event, ?) > 0
    AND CASE WHEN record.sum = sum_of(saga_id, record.seq, event) AND json_valid(event) THEN ${hasMember("$.outcome.result")} OR ${hasMember("$.result")} END)`;

function hasMember(path: string): string {
  return `EXISTS (SELECT 1 FROM json_each(event, '${path}') WHERE key = ? AND atom = ? AND type IN ('text', 'integer', 'real'))`;
}
