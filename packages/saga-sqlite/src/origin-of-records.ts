import { isJsonObject } from "saga-core/engine";
import { prepareExact } from "./prepare-exact.ts";
import { isUnreadable } from "./sqlite-error.ts";
import { EVENTS, ONE } from "./statements.ts";
import { type Prepare, RECORD_SUM } from "./sums.ts";

/** What of a saga's row its records have too. */
export interface Origin {
  readonly definition: string;
  readonly version: number;
  readonly fingerprint: string;
  readonly content: string;
  readonly key: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const SOUND = `saga_id = ? AND sum = ${RECORD_SUM} AND json_valid(event)`;

/** What a saga's first record says; nothing if it does not fit its sum. */
export function startOf(prepare: Prepare, id: string): Partial<Origin> {
  const text = prepare(`SELECT event FROM record WHERE ${SOUND} AND seq = 1`).get(id)?.["event"];
  const start: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  if (!isJsonObject(start) || start["type"] !== "started") return {};
  const { definition, version, fingerprint, idempotencyKey, at } = start;
  return {
    definition: textIn(definition, "unknown"),
    version: numberIn(version, 1),
    fingerprint: textIn(fingerprint, ""),
    key: typeof idempotencyKey === "string" ? idempotencyKey : null,
    createdAt: numberIn(at, 0),
  };
}

/** The texts and numbers in the saga's input and results, by which it is found, also by the search for an id that was given out again. */
const CONTENT = `
  SELECT json_group_array(DISTINCT leaf.atom) AS content
  FROM record, ${EVENTS} AS one,
    json_tree(coalesce((${ONE}) -> '$.input', (${ONE}) -> '$.outcome.result', (${ONE}) -> '$.result', '[]')) AS leaf
  WHERE ${SOUND} AND leaf.type IN ('text', 'integer', 'real')`;

const LATEST = `SELECT max((${ONE}) ->> '$.at') AS latest FROM record, ${EVENTS} AS one WHERE ${SOUND}`;

/** What a saga's records say of it by now, as far as they fit their sums. */
export function summaryOf(prepare: Prepare, id: string): Pick<Origin, "content" | "updatedAt"> {
  const content = prepare(CONTENT).get(id)?.["content"];
  const at = prepare(LATEST).get(id);
  return { content: textIn(content, "[]"), updatedAt: numberIn(at?.["latest"], 0) };
}

/** Reads, or gives something else where the file is damaged, too. */
export function unlessDamaged<Found>(otherwise: Found, read: () => Found): Found {
  try {
    return read();
  } catch (cause) {
    if (isUnreadable(cause)) return otherwise;
    throw cause;
  }
}

/** The number of a saga's last record; 0 if it has none. */
export function lastSeqOf(prepare: Prepare, id: string): number {
  return numberIn(prepareExact(prepare, "SELECT max(seq) AS last FROM record WHERE saga_id = ?").get(id)?.["last"], 0);
}

export function textIn(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

export function numberIn(value: unknown, otherwise: number): number {
  const number = typeof value === "bigint" || typeof value === "number" ? Number(value) : otherwise;
  return Number.isSafeInteger(number) && number >= 0 ? number : otherwise;
}
