import { lastSeqOf, startOf, summaryOf } from "./origin-of-records.ts";
import { DAMAGE_PLACE, putRow, quarantinedRow, type SagaRow } from "./quarantine.ts";
import { STATE_OF_RECORDS, WITHOUT_ROW } from "./statements.ts";
import type { Prepare } from "./sums.ts";

/** What is said of a saga that has lost its row. */
export const NO_ROW = "it has records and no row";

export interface Scope {
  /** A saga whose first record has a higher rowid may have no row yet. */
  readonly newerThan: number;
  /** Called with a sentence for each saga that is quarantined. */
  readonly onDamage: (damage: string) => void;
}

/**
 * Gives a row to each saga that has records and no row. The table of sagas may be some seconds behind its records (`SagaTable`): a saga that
 * began then was running, and goes on. Every other one is quarantined.
 *
 * @throws the error of SQLite when the records cannot be read, or the rows cannot be written.
 */
export function giveRows(prepare: Prepare, transact: (work: () => void) => void, { newerThan, onDamage }: Scope): void {
  const ids = prepare(`${WITHOUT_ROW} AND rowid > ?`)
    .all(newerThan)
    .map(({ id }) => String(id));
  // They are read before anything is written: where the file is damaged, SQLite would refuse that.
  const rows = ids.map((id) => rowOfOrphan(prepare, id, newerThan));
  if (rows.length === 0) return;
  transact(() => {
    for (const row of rows) putRow(prepare, row);
  });
  for (const row of rows) if (isQuarantined(row)) onDamage(`Saga ${String(row[0])} is quarantined: ${NO_ROW}.`);
}

/** The row of a saga that has records and none. */
export function rowOfOrphan(prepare: Prepare, id: string, newerThan: number): SagaRow {
  return runningRow(prepare, id, newerThan) ?? quarantinedRow(prepare, { id, damage: NO_ROW });
}

export function isQuarantined(row: SagaRow): boolean {
  return row[DAMAGE_PLACE] !== null;
}

/** The row of a saga that began within the last seconds; undefined for one that must have had a row. */
function runningRow(prepare: Prepare, id: string, newerThan: number): SagaRow | undefined {
  // What is damaged may have been what another saga deletes: its row must say so.
  const { damaged, records, last } = prepare(STATE_OF_RECORDS).get(id) ?? {};
  const isWhole = damaged === 0 && records === last;
  const isNew = prepare("SELECT 1 FROM record WHERE saga_id = ? AND seq = 1 AND rowid > ?").get(id, newerThan) !== undefined;
  const { definition, version, fingerprint, key, createdAt } = startOf(prepare, id);
  if (
    !isWhole ||
    !isNew ||
    definition === undefined ||
    version === undefined ||
    fingerprint === undefined ||
    createdAt === undefined
  )
    return undefined;
  // With a key it had its row from the start.
  if (key !== null) return undefined;
  const { content, updatedAt } = summaryOf(prepare, id);
  // Its state is written as soon as it goes on, or is found at its wait.
  const found = ["running", "", null, content, null] as const;
  return [id, definition, version, fingerprint, ...found, createdAt, updatedAt, lastSeqOf(prepare, id), null, null, null, null];
}
