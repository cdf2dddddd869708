import { isJsonObject } from "saga-core/engine";
import type { Row } from "./journal-file.ts";
import { contentOf } from "./saga-table.ts";
import { type Prepare, RECORD_SUM, SAGA_COLUMNS, sumOf } from "./sums.ts";

export interface Damaged {
  readonly id: string;
  /** What is damaged. */
  readonly damage: string;
  /** The saga's row as it is, with exact numbers, and whether it `fits` its sum. Absent: it has none. */
  readonly row?: Row;
}

/** What a quarantined saga keeps of its row. */
interface Origin {
  readonly definition: string;
  readonly version: number;
  readonly content: string;
  readonly key: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The state of a quarantined saga. */
const STATE = "UNREADABLE";

/**
 * Quarantines a saga, in a transaction of the caller: its row says that it needs a human, and nothing is done for it any more. What a damaged
 * row lost is taken from the saga's start, if that fits. So its key still finds it, and starts no other saga.
 *
 * @throws the error of SQLite when the row cannot be written.
 */
export function quarantine(prepare: Prepare, damaged: Damaged): void {
  const { id, damage } = damaged;
  const { definition, version, content, key, createdAt, updatedAt } = originOf(prepare, damaged);
  prepare("DELETE FROM saga WHERE id = ?").run(id);
  const freeKey = key !== null && !isTaken(prepare, key) ? key : null;
  const found = ["needs_intervention", STATE, null, content, freeKey] as const;
  const times = [createdAt, Math.max(createdAt, updatedAt)] as const;
  const row = [id, definition, version, "", ...found, ...times, lastSeqOf(prepare, id), damage] as const;
  const places = row.map(() => "?").join(", ");
  prepare(`INSERT INTO saga (${SAGA_COLUMNS}, sum) VALUES (${places}, ?)`).run(...row, sumOf(...row));
}

/** Whether a saga has the key. */
export function isTaken(prepare: Prepare, key: string): boolean {
  return prepare("SELECT 1 FROM saga WHERE idempotency_key = ?").get(key) !== undefined;
}

/** Prepares a statement whose numbers may be damaged. */
export function prepareExact(prepare: Prepare, sql: string): ReturnType<Prepare> {
  const statement = prepare(sql);
  statement.setReadBigInts(true);
  return statement;
}

function originOf(prepare: Prepare, { id, row = {} }: Damaged): Origin {
  const isSound = row["fits"] === 1n;
  const key = row["idempotency_key"];
  const ofRow: Origin = {
    definition: textIn(row["definition"], "unknown"),
    version: numberIn(row["version"], 1),
    // Of a damaged row it may be no JSON.
    content: isSound ? textIn(row["content"], "[]") : "[]",
    key: typeof key === "string" ? key : null,
    createdAt: numberIn(row["created_at"], 0),
    updatedAt: numberIn(row["updated_at"], 0),
  };
  return isSound ? ofRow : { ...ofRow, ...startOf(prepare, id) };
}

function startOf(prepare: Prepare, id: string): Partial<Origin> {
  const select = prepare(`SELECT event FROM record WHERE saga_id = ? AND seq = 1 AND sum = ${RECORD_SUM} AND json_valid(event)`);
  const text = select.get(id)?.["event"];
  const start: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  if (!isJsonObject(start)) return {};
  const { definition, version, input, idempotencyKey, at } = start;
  return {
    definition: textIn(definition, "unknown"),
    version: numberIn(version, 1),
    content: contentOf({ input: isJsonObject(input) ? input : {}, data: {} }),
    key: typeof idempotencyKey === "string" ? idempotencyKey : null,
    createdAt: numberIn(at, 0),
  };
}

function lastSeqOf(prepare: Prepare, id: string): number {
  return numberIn(prepareExact(prepare, "SELECT max(seq) AS last FROM record WHERE saga_id = ?").get(id)?.["last"], 0);
}

function textIn(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function numberIn(value: unknown, otherwise: number): number {
  const number = typeof value === "bigint" || typeof value === "number" ? Number(value) : otherwise;
  return Number.isSafeInteger(number) && number >= 0 ? number : otherwise;
}
