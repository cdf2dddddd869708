import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";

/** Prepares a statement on the connection of a journal. */
export type Prepare = (sql: string) => StatementSync;

/** What SQL gives to a sum: a flipped bit in the header of a row may give a value another type. */
type SummedValue = string | number | bigint | null | Uint8Array;

/** What each sum is over, in SQL ([ADR 25](../../../docs/adr/0025-a-sum-for-each-record.md)). */
export const RECORD_SUM = "sum_of(saga_id, seq, event)";
export const SAGA_COLUMNS =
  "id, definition, version, fingerprint, status, state, step, content, idempotency_key, created_at, updated_at, seq, damage";
export const SAGA_SUM = `sum_of(${SAGA_COLUMNS})`;
export const PAUSE_SUM = "sum_of(definition, at, asked_by, note, automatic, damaged)";
export const SEAL_SUM = "sum_of(name, value)";

/** The CRC-32 of values. Each is written with its kind and length, so that no other values make the same text. */
export function sumOf(...values: readonly SummedValue[]): number {
  return crc32(values.map(written).join(""));
}

/** Makes `sum_of` known to the SQL of a connection. */
export function defineSums(database: DatabaseSync): void {
  const options = { deterministic: true, varargs: true, useBigIntArguments: true } as const;
  database.function("sum_of", options, (...values) => sumOf(...values));
}

function written(value: SummedValue): string {
  if (value === null) return "~";
  if (typeof value === "string") return `${value.length}:${value}`;
  if (typeof value === "object") return `b${value.length}:${value.join(" ")}`;
  return `n${value};`;
}
