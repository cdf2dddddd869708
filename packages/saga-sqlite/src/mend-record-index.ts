import { IS_OPEN, NOT_INDEXED } from "./statements.ts";
import type { Prepare } from "./sums.ts";

/** Open sagas whose records end before the last one that their rows know of. */
const WITHOUT_END = `
  SELECT id FROM saga WHERE ${IS_OPEN} AND damage IS NULL
    AND seq > coalesce((SELECT max(record.seq) FROM record WHERE saga_id = id), 0)`;

const ROWID_MAX = 9_223_372_036_854_775_807n;

interface Scope {
  /** The records with a higher rowid are checked: the row of their saga may be behind them. All are, if a record is missing. */
  readonly newerThan: number;
  readonly onDamage: (damage: string) => void;
}

/**
 * Makes the index of records again if it does not find a record that is there: its saga would repeat what it has done.
 *
 * @throws the error of SQLite when records cannot be read, or the index cannot be written.
 */
export function mendRecordIndex(prepare: Prepare, transact: (work: () => void) => void, { newerThan, onDamage }: Scope): void {
  const from = prepare(WITHOUT_END).get() ? 0 : newerThan;
  if (!prepare(NOT_INDEXED).get(from, ROWID_MAX)) return;
  transact(() => prepare("REINDEX record_of_saga").run());
  onDamage("The index of records was made again: it did not find a record that is there.");
}
