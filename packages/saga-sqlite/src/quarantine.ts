import { isJsonObject } from "saga-core/engine";
import type { Row } from "./journal-file.ts";
import { prepareExact } from "./prepare-exact.ts";
import { isUnreadable } from "./sqlite-error.ts";
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

/** The row of a quarantined saga, in the order of its sum. */
export type QuarantinedRow = ReturnType<typeof quarantinedRow>;

/**
 * Makes the row by which a quarantined saga is found: it needs a human, and nothing is done for it any more. What a damaged row lost is taken
 * from the saga's start, if that fits: so its key still finds it, and starts no other saga. After a read of what is no part of a database SQLite
 * writes nothing in the same transaction: so this is read before.
 */
export function quarantinedRow(prepare: Prepare, damaged: Damaged) {
  const { id, damage } = damaged;
  const { definition, version, content, key, createdAt, updatedAt } = originOf(prepare, damaged);
  const found = ["needs_intervention", STATE, null, content, key] as const;
  const times = [createdAt, Math.max(createdAt, updatedAt)] as const;
  const last = unlessDamaged(0, () => lastSeqOf(prepare, id));
  return [id, definition, version, "", ...found, ...times, last, damage] as const;
}

/**
 * Puts the row in the place of the saga's own, in a transaction of the caller.
 *
 * @throws the error of SQLite when it cannot be written.
 */
export function quarantine(prepare: Prepare, row: QuarantinedRow): void {
  prepare("DELETE FROM saga WHERE id = ?").run(row[0]);
  const key = row[KEY_PLACE];
  const free = key === null || !isTaken(prepare, key) ? row : row.with(KEY_PLACE, null);
  const places = row.map(() => "?").join(", ");
  prepare(`INSERT INTO saga (${SAGA_COLUMNS}, sum) VALUES (${places}, ?)`).run(...free, sumOf(...free));
}

const KEY_PLACE = 8;

/** Whether a saga has the key. */
export function isTaken(prepare: Prepare, key: string): boolean {
  return prepare("SELECT 1 FROM saga WHERE idempotency_key = ?").get(key) !== undefined;
}

function originOf(prepare: Prepare, { id, row = {} }: Damaged): Origin {
  const key = row["idempotency_key"];
  const ofRow: Origin = {
    definition: textIn(row["definition"], "unknown"),
    version: numberIn(row["version"], 1),
    content: textIn(row["content"], "[]"),
    key: typeof key === "string" ? key : null,
    createdAt: numberIn(row["created_at"], 0),
    updatedAt: numberIn(row["updated_at"], 0),
  };
  if (row["fits"] === 1n) return ofRow;
  const ofRecords = unlessDamaged({}, () => ({ ...startOf(prepare, id), ...summaryOf(prepare, id) }));
  return { ...ofRow, content: "[]", ...ofRecords };
}

const SOUND = `saga_id = ? AND sum = ${RECORD_SUM} AND json_valid(event)`;

function startOf(prepare: Prepare, id: string): Partial<Origin> {
  const text = prepare(`SELECT event FROM record WHERE ${SOUND} AND seq = 1`).get(id)?.["event"];
  const start: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  if (!isJsonObject(start)) return {};
  const { definition, version, idempotencyKey, at } = start;
  return {
    definition: textIn(definition, "unknown"),
    version: numberIn(version, 1),
    key: typeof idempotencyKey === "string" ? idempotencyKey : null,
    createdAt: numberIn(at, 0),
  };
}

/** The texts and numbers in the saga's input and results, by which it is found, also by the search for an id that was given out again. */
const CONTENT = `
  SELECT json_group_array(DISTINCT leaf.atom) AS content
  FROM record, json_tree(CASE WHEN ${SOUND}
    THEN coalesce(event -> '$.input', event -> '$.outcome.result', event -> '$.result', '[]') ELSE '[]' END) AS leaf
  WHERE saga_id = ? AND leaf.type IN ('text', 'integer', 'real')`;

function summaryOf(prepare: Prepare, id: string): Partial<Origin> {
  const content = prepare(CONTENT).get(id, id)?.["content"];
  const at = prepare(`SELECT max(CASE WHEN ${SOUND} THEN event ->> '$.at' END) AS latest FROM record WHERE saga_id = ?`).get(
    id,
    id,
  );
  return { content: textIn(content, "[]"), updatedAt: numberIn(at?.["latest"], 0) };
}

/** Reads, or gives something else where the file is damaged, too. */
function unlessDamaged<Found>(otherwise: Found, read: () => Found): Found {
  try {
    return read();
  } catch (cause) {
    if (isUnreadable(cause)) return otherwise;
    throw cause;
  }
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
