import type { DatabaseSync } from "node:sqlite";
import { SEAL_RECORDS } from "./seal.ts";
import { defineSums, PAUSE_SUM, RECORD_SUM, SAGA_SUM } from "./sums.ts";

/**
 * Gives every row of a journal a fresh sum, whatever is in it. For tests and measurements, which write rows themselves.
 *
 * @param database a connection to a journal that no process owns.
 */
export function renewSums(database: DatabaseSync): void {
  defineSums(database);
  database.exec(`
    UPDATE record SET sum = ${RECORD_SUM};
    UPDATE saga SET sum = ${SAGA_SUM};
    UPDATE pause SET sum = ${PAUSE_SUM};`);
  database.prepare(SEAL_RECORDS).run(1);
}
