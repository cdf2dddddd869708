import { JournalError } from "saga-core";
import { isJsonObject, type StoredRecord } from "saga-core/engine";
import { NO_ROW } from "./give-rows.ts";
import type { JournalFile, Row } from "./journal-file.ts";
import { DAMAGED_ROW } from "./mend-sagas.ts";
import { messageOf } from "./message-of.ts";
import { type Damaged, putRow, quarantinedRow } from "./quarantine.ts";
import { readRecords } from "./read-records.ts";
import { isContradiction, isUnreadable } from "./sqlite-error.ts";

/** How many sagas, and how many records, one step verifies. */
const SAGAS = 20;
const RECORDS = 200;
/** How many records of one saga are read at a time. */
const PAGE = 64;
/** How many different damages are reported. */
const REPORTED_MAX = 1_000;

/**
 * Where a round is: it goes through the records by their rowids, and then through the sagas by their ids. So it is known whether the index finds
 * all records before a saga is found to lack one.
 */
type Place = { readonly name: "records"; readonly after: bigint } | { readonly name: "sagas"; readonly after: string };

export interface VerifierOptions {
  /** Called with a sentence for each damage that is found. */
  readonly onDamage: (damage: string) => void;
  /** Whether a saga has records and no row yet. */
  readonly lacksRow: (id: string) => boolean;
}

const START: Place = { name: "records", after: 0n };
const SAGAS_START: Place = { name: "sagas", after: "" };

/**
 * Verifies the whole journal in rounds, a few sagas and records with each step, and quarantines what is damaged. Running sagas are left out: their
 * records were verified when they were read, and what they do next is in memory.
 */
export class Verifier {
  readonly #file: JournalFile;
  readonly #options: VerifierOptions;
  readonly #reported = new Set<string>();
  #place: Place = START;
  #isSuspicious = false;

  constructor(file: JournalFile, options: VerifierOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Whether the index of records is damaged: the next start must check all of it, and until then no saga is quarantined for what it lacks. */
  get isSuspicious(): boolean {
    return this.#isSuspicious;
  }

  /**
   * Returns whether there is more in this round.
   *
   * @throws JournalError when the journal cannot be read or written at present. A saga that cannot be read is passed over before that, so that it
   * does not hold the round up.
   */
  step(): boolean {
    const place = this.#place;
    const failures: unknown[] = [];
    this.#place = place.name === "sagas" ? this.#verifySagas(place.after, failures) : this.#verifyRecords(place.after);
    for (const failure of failures) throw failure;
    return this.#place !== START;
  }

  #verifySagas(after: string, failures: unknown[]): Place {
    const rows = this.#readOr([], "The table of sagas", () => this.#file.statements.sagasToVerify.all(after, SAGAS));
    for (const row of rows) {
      try {
        this.#verifySaga(row);
      } catch (failure) {
        failures.push(failure);
      }
    }
    const last = String(rows.at(-1)?.["id"] ?? "");
    // Where the order is damaged, it would never end.
    return rows.length < SAGAS || last <= after ? START : { name: "sagas", after: last };
  }

  #verifySaga(row: Row): void {
    const isLeftOut = row["status"] === "running" || row["damage"] !== null;
    const damage = isLeftOut ? undefined : this.#damageOf(row);
    if (damage !== undefined) this.#quarantine({ id: String(row["id"]), row, damage });
  }

  #damageOf({ id: found, fits, is_found: isFound }: Row): string | undefined {
    if (fits !== 1n) return DAMAGED_ROW;
    const id = String(found);
    if (isFound !== 1n) this.#report(`An index does not find saga ${id}. The next start makes the indexes of sagas again.`);
    return this.#isSuspicious ? undefined : this.#damageOfRecords(id);
  }

  #damageOfRecords(id: string): string | undefined {
    let after = 0;
    while (true) {
      const range = { after, limit: PAGE, isWhole: true };
      const page = this.#file.read(() => readRecords(this.#file.statements, id, range));
      for (const record of page) {
        if (!follows(after, record)) return `what follows its record ${after} is damaged or missing`;
        after = record.seq;
      }
      if (page.length < PAGE) return undefined;
    }
  }

  #verifyRecords(after: bigint): Place {
    const { lastOfRecords, notIndexed, strangeRecords } = this.#file.statements;
    const last = this.#readOr(null, "The table of records", () => lastOfRecords.get(after, RECORDS)?.["last"]);
    // Where the order is damaged, it would never end.
    if (typeof last !== "bigint" || last <= after) return SAGAS_START;
    if (this.#readOr(undefined, "The index of records", () => notIndexed.get(after, last))) this.#suspectIndex();
    for (const { saga_id: id, fits } of this.#readOr([], "The table of records", () => strangeRecords.all(after, last))) {
      if (fits === 1n) this.#quarantineOrphan(String(id));
      // It may name another saga than its own. If its own one is harmed, that is found when that one is read.
      else this.#report(`A record that names saga ${String(id)} does not fit its sum.`);
    }
    return { name: "records", after: last };
  }

  #quarantineOrphan(id: string): void {
    if (!this.#options.lacksRow(id)) this.#quarantine({ id, damage: NO_ROW });
  }

  #suspectIndex(): void {
    this.#isSuspicious = true;
    this.#write(() => this.#file.statements.sealRecords.run(0));
    this.#report("The index of records does not find a record that is there. The next start makes it again.");
  }

  #quarantine(damaged: Damaged): void {
    const prepare = (sql: string) => this.#file.prepare(sql);
    try {
      const row = quarantinedRow(prepare, damaged);
      this.#write(() => putRow(prepare, row));
      this.#report(`Saga ${damaged.id} is quarantined: ${damaged.damage}.`);
    } catch (cause) {
      if (!isUnreadable(cause) && !isContradiction(cause)) throw cause;
      this.#report(`Saga ${damaged.id} is damaged: ${damaged.damage}. The next start quarantines it.`);
    }
  }

  #write(work: () => void): void {
    try {
      this.#file.transact(work);
    } catch (cause) {
      if (isUnreadable(cause) || isContradiction(cause)) throw cause;
      throw new JournalError(`What is damaged cannot be noted at present (${messageOf(cause)}).`, { cause });
    }
  }

  /** Reads, or reports that what is read is no part of a database, which ends this part of the round. */
  #readOr<Found>(otherwise: Found, what: string, read: () => Found): Found {
    try {
      return read();
    } catch (cause) {
      if (!isUnreadable(cause)) throw new JournalError(`The journal cannot be read at present (${messageOf(cause)}).`, { cause });
      this.#report(`${what} is damaged (${messageOf(cause)}): restore a backup.`);
      return otherwise;
    }
  }

  /** Reports each damage once. */
  #report(damage: string): void {
    if (this.#reported.has(damage) || this.#reported.size >= REPORTED_MAX) return;
    this.#reported.add(damage);
    this.#options.onDamage(damage);
  }
}

/** Whether a record is sound and there is none missing before it: numbers have gaps where records were compacted. */
function follows(after: number, { seq, event }: StoredRecord): boolean {
  if (!isJsonObject(event)) return false;
  const records = event["type"] === "compacted" ? event["records"] : 1;
  return seq - Number(records) === after;
}
