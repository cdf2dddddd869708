import { prepareExact } from "./prepare-exact.ts";
import { isTaken, quarantine, quarantinedRow } from "./quarantine.ts";
import { type Prepare, SAGA_COLUMNS, SAGA_SUM } from "./sums.ts";

/** What is said of a saga whose row is damaged. */
export const DAMAGED_ROW = "its row does not fit its sum";

/**
 * Makes the table of sagas and its indexes again, in a transaction of the caller: what fits is kept as it is, and every other saga is
 * quarantined. The table is emptied as a whole: by a damaged id or key no row would be found.
 *
 * @param onDamage called with a sentence for each saga that was quarantined.
 * @throws the error of SQLite when the rows cannot be read or written.
 */
export function mendSagas(prepare: Prepare, onDamage: (damage: string) => void): void {
  prepare(`CREATE TEMP TABLE kept AS SELECT ${SAGA_COLUMNS}, sum, sum = ${SAGA_SUM} AS fits FROM saga NOT INDEXED`).run();
  prepare("DELETE FROM saga").run();
  prepare(
    `INSERT OR IGNORE INTO saga (${SAGA_COLUMNS}, sum) SELECT ${SAGA_COLUMNS}, sum FROM temp.kept WHERE fits ORDER BY id`,
  ).run();
  const quarantineIt = (id: string, row?: Readonly<Record<string, unknown>>) => {
    quarantine(prepare, quarantinedRow(prepare, { id, damage: DAMAGED_ROW, ...(row && { row }) }));
    onDamage(`Saga ${id} is quarantined: ${DAMAGED_ROW}.`);
  };
  const damaged = prepareExact(prepare, "SELECT * FROM temp.kept WHERE NOT fits");
  const hasRecords = prepare("SELECT 1 FROM record WHERE saga_id = ?");
  for (const row of damaged.iterate()) if (hasRecords.get(textOf(row))) quarantineIt(textOf(row), row);
  // A row with a damaged id has no records, and its records have no row.
  const orphans = prepare(
    "SELECT DISTINCT saga_id AS id FROM record WHERE NOT EXISTS (SELECT 1 FROM saga WHERE id = saga_id)",
  ).all();
  for (const { id } of orphans) quarantineIt(String(id));
  for (const row of damaged.iterate())
    if (!hasRecords.get(textOf(row)) && isNeeded(prepare, row, orphans.length)) quarantineIt(textOf(row), row);
  prepare("DROP TABLE temp.kept").run();
}

/** Whether something is in a row without records that no other row has. */
function isNeeded(prepare: Prepare, { idempotency_key: key }: Readonly<Record<string, unknown>>, orphans: number): boolean {
  return orphans === 0 || (typeof key === "string" && !isTaken(prepare, key));
}

function textOf({ id }: Readonly<Record<string, unknown>>): string {
  return String(id);
}
