import type { SQLOutputValue } from "node:sqlite";
import { isQuarantined, NO_ROW, rowOfOrphan, type Scope } from "./give-rows.ts";
import { prepareExact } from "./prepare-exact.ts";
import { type Damaged, isTaken, putRow, quarantinedRow, type SagaRow } from "./quarantine.ts";
import { WITHOUT_ROW } from "./statements.ts";
import { type Prepare, SAGA_COLUMNS, SAGA_SUM, sumOfSaga } from "./sums.ts";

/** What is said of a saga that is quarantined. */
export const DAMAGED_ROW = "its row does not fit its sum";

const KEY_OF_ANOTHER = "another saga has its key, because the index of keys was damaged";

/**
 * Makes the table of sagas and its indexes again, in a transaction of the caller: what fits is kept as it is, and every other saga is
 * quarantined. The table is emptied as a whole: by a damaged id or key no row would be found.
 *
 * @throws the error of SQLite when the rows cannot be read or written.
 */
export function mendSagas(prepare: Prepare, { newerThan, onDamage }: Scope): void {
  prepare(`CREATE TEMP TABLE kept AS SELECT ${SAGA_COLUMNS}, sum, sum = ${SAGA_SUM} AS fits FROM saga NOT INDEXED`).run();
  prepare("DELETE FROM saga").run();
  prepare(
    `INSERT OR IGNORE INTO saga (${SAGA_COLUMNS}, sum) SELECT ${SAGA_COLUMNS}, sum FROM temp.kept WHERE fits ORDER BY id`,
  ).run();
  const quarantineIt = (damaged: Damaged) => {
    putRow(prepare, quarantinedRow(prepare, damaged));
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
  const orphans = prepare(WITHOUT_ROW).all();
  for (const { id } of orphans) {
    const row = rowUnder(String(id), damaged.all()) ?? rowOfOrphan(prepare, String(id), newerThan);
    putRow(prepare, row);
    if (isQuarantined(row)) onDamage(`Saga ${String(id)} is quarantined: ${NO_ROW}.`);
  }
  for (const row of damaged.iterate())
    if (!hasRecords.get(textOf(row)) && isNeeded(prepare, row, orphans.length))
      quarantineIt({ id: textOf(row), damage: DAMAGED_ROW, row });
  prepare("DROP TABLE temp.kept").run();
}

/** The row that fits its sum under another id: only its id is damaged. */
function rowUnder(id: string, damaged: readonly Readonly<Record<string, SQLOutputValue>>[]): SagaRow | undefined {
  const columns = SAGA_COLUMNS.split(", ");
  return damaged
    .map((row) => ({ sum: row["sum"], columns: [id, ...columns.slice(1).map((name) => row[name] ?? null)] }))
    .find((row) => row.sum === BigInt(sumOfSaga(...row.columns)))?.columns;
}

/** Whether something is in a row without records that no other row has. */
function isNeeded(prepare: Prepare, { idempotency_key: key }: Readonly<Record<string, unknown>>, orphans: number): boolean {
  return orphans === 0 || (typeof key === "string" && !isTaken(prepare, key));
}

function textOf({ id }: Readonly<Record<string, unknown>>): string {
  return String(id);
}
