import type { SQLOutputValue } from "node:sqlite";
import type { Row } from "./journal-file.ts";
import { lastSeqOf, numberIn, type Origin, startOf, summaryOf, textIn, unlessDamaged } from "./origin-of-records.ts";
import { type Prepare, SAGA_COLUMNS, sumOfSaga } from "./sums.ts";

export interface Damaged {
  readonly id: string;
  /** What is damaged. */
  readonly damage: string;
  /** The saga's row as it is, with exact numbers, and whether it `fits` its sum. Absent: it has none. */
  readonly row?: Row;
}

/** The state of a quarantined saga. */
const STATE = "UNREADABLE";

/** The row of a saga, in the order of its sum. */
export type SagaRow = readonly SQLOutputValue[];

/**
 * Makes the row by which a quarantined saga is found: it needs a human, and nothing is done for it any more. What a damaged row lost is taken
 * from the saga's start, if that fits: so its key still finds it, and starts no other saga. After a read of what is no part of a database SQLite
 * writes nothing in the same transaction: so this is read before.
 */
export function quarantinedRow(prepare: Prepare, damaged: Damaged): SagaRow {
  const { id, damage } = damaged;
  const { definition, version, content, key, createdAt, updatedAt } = originOf(prepare, damaged);
  const found = ["needs_intervention", STATE, null, content, key] as const;
  const times = [createdAt, Math.max(createdAt, updatedAt)] as const;
  const last = unlessDamaged(0, () => lastSeqOf(prepare, id));
  return [id, definition, version, "", ...found, ...times, last, damage, null, null, null] as const;
}

/**
 * Puts the row in the place of the saga's own, in a transaction of the caller.
 *
 * @throws the error of SQLite when it cannot be written.
 */
export function putRow(prepare: Prepare, row: SagaRow): void {
  prepare("DELETE FROM saga WHERE id = ?").run(row[0] ?? null);
  const key = row[KEY_PLACE];
  const free = typeof key !== "string" || !isTaken(prepare, key) ? row : row.with(KEY_PLACE, null);
  const places = row.map(() => "?").join(", ");
  prepare(`INSERT INTO saga (${SAGA_COLUMNS}, sum) VALUES (${places}, ?)`).run(...free, sumOfSaga(...free));
}

const KEY_PLACE = 8;
/** Where the row of a quarantined saga says what is damaged. */
export const DAMAGE_PLACE = 12;

/** Whether a saga has the key. */
export function isTaken(prepare: Prepare, key: string): boolean {
  return prepare("SELECT 1 FROM saga WHERE idempotency_key = ?").get(key) !== undefined;
}

function originOf(prepare: Prepare, { id, row = {} }: Damaged): Origin {
  const key = row["idempotency_key"];
  const ofRow: Origin = {
    definition: textIn(row["definition"], "unknown"),
    version: numberIn(row["version"], 1),
    fingerprint: "",
    content: textIn(row["content"], "[]"),
    key: typeof key === "string" ? key : null,
    createdAt: numberIn(row["created_at"], 0),
    updatedAt: numberIn(row["updated_at"], 0),
  };
  if (row["fits"] === 1n) return ofRow;
  const ofRecords = unlessDamaged<Partial<Origin>>({}, () => ({ ...startOf(prepare, id), ...summaryOf(prepare, id) }));
  return { ...ofRow, content: "[]", ...ofRecords };
}
