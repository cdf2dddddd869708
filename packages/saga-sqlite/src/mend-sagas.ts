import { prepareExact } from "./prepare-exact.ts";
import { type Damaged, isTaken, quarantine, quarantinedRow } from "./quarantine.ts";
import { type Prepare, SAGA_COLUMNS, SAGA_SUM } from "./sums.ts";

/** What is said of a saga that is quarantined. */
export const DAMAGED_ROW = "its row does not fit its sum";
export const NO_ROW = "it has records and no row";
const KEY_OF_ANOTHER = "another saga has its key, because the index of keys was damaged";

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
  const quarantineIt = (damaged: Damaged) => {
    quarantine(prepare, quarantinedRow(prepare, damaged));
    onDamage(`Saga ${damaged.id} is quarantined: ${damaged.damage}.`);
  };
  // Of two with one key the older one stays, which was found by it first.
  const second = prepareExact(
    prepare,
    "SELECT * FROM temp.kept AS k WHERE fits AND NOT EXISTS (SELECT 1 FROM saga WHERE id = k.id)",
  );
  for (const row of second.all()) quarantineIt({ id: textOf(row), damage: KEY_OF_ANOTHER, row });
  const damaged = prepareExact(prepare, "SELECT * FROM temp.kept WHERE NOT fits");
  const hasRecords = prepare("SELECT 1 FROM record WHERE saga_id = ?");
  for (const row of damaged.iterate()) {
    const id = textOf(row);
    if (hasRecords.get(id)) quarantineIt({ id, damage: DAMAGED_ROW, row });
  }
  // A row with a damaged id has no records, and its records have no row.
  const orphans = prepare(
    "SELECT DISTINCT saga_id AS id FROM record WHERE NOT EXISTS (SELECT 1 FROM saga WHERE id = saga_id)",
  ).all();
  for (const { id } of orphans) quarantineIt({ id: String(id), damage: NO_ROW });
  for (const row of damaged.iterate())
    if (!hasRecords.get(textOf(row)) && isNeeded(prepare, row, orphans.length))
      quarantineIt({ id: textOf(row), damage: DAMAGED_ROW, row });
  prepare("DROP TABLE temp.kept").run();
}

/** Whether something is in a row without records that no other row has. */
function isNeeded(prepare: Prepare, { idempotency_key: key }: Readonly<Record<string, unknown>>, orphans: number): boolean {
  return orphans === 0 || (typeof key === "string" && !isTaken(prepare, key));
}

function textOf({ id }: Readonly<Record<string, unknown>>): string {
  return String(id);
}
