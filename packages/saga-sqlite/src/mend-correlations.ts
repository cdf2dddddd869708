import type { SQLOutputValue } from "node:sqlite";
import { prepareExact } from "./prepare-exact.ts";
import { CORRELATION_COLUMNS, CORRELATION_SUM, type Prepare, sumOf } from "./sums.ts";

interface Found {
  /** Whether the table or its index is damaged in another way than that a row does not fit its sum. */
  readonly isDamaged: boolean;
  /** Called with a sentence for each correlation that is lost, or if all are mended. */
  readonly onDamage: (damage: string) => void;
}

type Row = Readonly<Record<string, SQLOutputValue>>;

/**
 * Makes the table of correlations and its index again, if one of them is damaged: otherwise a sender's signal could find another saga. The index
 * has all columns of the table but the sum, which tells what of the two is right.
 *
 * @throws the error of SQLite when they cannot be read or written.
 */
export function mendCorrelations(prepare: Prepare, transact: (work: () => void) => void, { isDamaged, onDamage }: Found): void {
  if (!isDamaged && !prepare(`SELECT 1 FROM correlation NOT INDEXED WHERE sum <> ${CORRELATION_SUM}`).get()) return;
  const damaged = prepareExact(prepare, `SELECT * FROM correlation NOT INDEXED WHERE sum <> ${CORRELATION_SUM}`).all();
  const sums = new Set(damaged.map(({ sum }) => sum));
  const texts = new Set(damaged.map((row) => JSON.stringify(columnsOf(row))));
  const indexed = prepare(`SELECT ${CORRELATION_COLUMNS} FROM correlation INDEXED BY correlation_of_saga ORDER BY saga_id`);
  const right: (readonly SQLOutputValue[])[] = [];
  for (const row of indexed.iterate()) {
    const columns = columnsOf(row);
    // Either the table's copy is damaged, or only its sum.
    if (sums.has(BigInt(sumOf(...columns))) || texts.has(JSON.stringify(columns))) right.push(columns);
  }
  const lost = damaged.length - right.length;
  transact(() => {
    prepare(`CREATE TEMP TABLE sound AS SELECT * FROM correlation NOT INDEXED WHERE sum = ${CORRELATION_SUM}`).run();
    prepare("DELETE FROM correlation").run();
    prepare("INSERT INTO correlation SELECT * FROM temp.sound ORDER BY definition, step, correlation").run();
    prepare("DROP TABLE temp.sound").run();
    const insert = prepare(`INSERT OR IGNORE INTO correlation (${CORRELATION_COLUMNS}, sum) VALUES (?, ?, ?, ?, ?)`);
    for (const columns of right) insert.run(...columns, sumOf(...columns));
  });
  if (lost > 0) onDamage(`${lost} correlations of sagas are damaged and lost: signal those sagas by their ids.`);
  else onDamage("The table of correlations was made again.");
}

function columnsOf(row: Row): readonly SQLOutputValue[] {
  return CORRELATION_COLUMNS.split(", ").map((name) => row[name] ?? null);
}
