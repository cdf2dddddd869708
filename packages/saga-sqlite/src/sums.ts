import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";

/** Prepares a statement on the connection of a journal. */
export type Prepare = (sql: string) => StatementSync;

/** What SQL gives to a sum: a flipped bit in the header of a row may give a value another type. */
type SummedValue = string | number | bigint | null | Uint8Array;

/** What each sum is over, in SQL ([ADR 25](../../../docs/adr/0025-a-sum-for-each-record.md)). */
export const RECORD_SUM = "sum_of(saga_id, seq, event)";
const SAGA_COLUMNS_ALWAYS =
  "id, definition, version, fingerprint, status, state, step, content, idempotency_key, created_at, updated_at, seq, damage";
/** The step that the saga waits at, and 1 if it has late signals that no person has dealt with. Most sagas have neither. */
const SAGA_COLUMNS_OF_WAITS = "waiting_for, late_signals";
/** What a running saga is at, if that is more than to go forward. */
const SAGA_COLUMN_OF_PHASE = "phase";
export const SAGA_COLUMNS: string = `${SAGA_COLUMNS_ALWAYS}, ${SAGA_COLUMNS_OF_WAITS}, ${SAGA_COLUMN_OF_PHASE}`;
export const SAGA_SUM: string = `sum_of_saga(${SAGA_COLUMNS})`;
export const PAUSE_SUM = "sum_of(definition, at, asked_by, note, automatic, damaged)";
export const TERMS_SUM = "sum_of(number, copy, value)";
export const CORRELATION_COLUMNS = "definition, step, correlation, saga_id";
export const CORRELATION_SUM: string = `sum_of(${CORRELATION_COLUMNS})`;
export const SEAL_SUM = "sum_of(name, value)";

/** The CRC-32 of values. Each is written with its kind and length, so that no other values make the same text. */
export function sumOf(...values: readonly SummedValue[]): number {
  return crc32(values.map(written).join(""));
}

const ALWAYS = SAGA_COLUMNS_ALWAYS.split(", ").length;
const BEFORE_PHASES = ALWAYS + SAGA_COLUMNS_OF_WAITS.split(", ").length;

/** The sum of a saga's row. What an earlier version did not have is summed only where it is there: so the sums of its rows stay. */
export function sumOfSaga(...row: readonly SummedValue[]): number {
  return sumOf(...row.slice(0, summedOf(row)));
}

function summedOf(row: readonly SummedValue[]): number {
  const hasFrom = (first: number) => row.slice(first).some((value) => value !== null);
  if (hasFrom(BEFORE_PHASES)) return row.length;
  return hasFrom(ALWAYS) ? BEFORE_PHASES : ALWAYS;
}

/** Makes `sum_of` and `sum_of_saga` known to the SQL of a connection. */
export function defineSums(database: DatabaseSync): void {
  const options = { deterministic: true, varargs: true, useBigIntArguments: true } as const;
  database.function("sum_of", options, (...values) => sumOf(...values));
  database.function("sum_of_saga", options, (...values) => sumOfSaga(...values));
}

function written(value: SummedValue): string {
  if (value === null) return "~";
  if (typeof value === "string") return `${value.length}:${value}`;
  if (typeof value === "object") return `b${value.length}:${value.join(" ")}`;
  return `n${value};`;
}
