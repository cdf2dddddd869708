import type { SagaEvent } from "saga-core";
import { isJsonObject, type JsonObject, type StoredRecord } from "saga-core/engine";
import { type Prepare, sumOf, TERMS_SUM } from "./sums.ts";

/** The copies of each row: no single damage may harm all sagas of a definition. */
const COPIES = [1, 2] as const;

/** What a start records of the definition, and what all starts of its version have in common. */
type Started = Extract<SagaEvent, { readonly type: "started" }>;
type Common = Pick<Started, "policy" | "terms">;

/**
 * The policy and terms of sagas, once for each that is different: most starts of a version of a definition have the same. A start's record has
 * their number in their place.
 */
export class TermsTable {
  readonly #prepare: Prepare;
  readonly #numbers = new Map<string, number>();
  readonly #values = new Map<number, JsonObject>();
  /** The numbers of the last starts, by what an engine gives each of them: to write it as JSON costs more than the rest of a start. */
  readonly #known = new WeakMap<object, { readonly policy: object; readonly number: number }>();
  /** Written in the transaction that is not committed yet. */
  #added: readonly (readonly [text: string, number: number])[] = [];

  /** @param prepare prepares a statement on the connection of the journal, whose terms were mended by its start. */
  constructor(prepare: Prepare) {
    this.#prepare = prepare;
    for (const { number, value } of prepare("SELECT number, value FROM terms ORDER BY number, copy").all())
      this.#note(String(value), Number(number));
  }

  /** The JSON of an event, in a transaction of the caller. */
  write(event: SagaEvent): string {
    if (event.type !== "started") return JSON.stringify(event);
    const { policy, terms, ...own } = event;
    return JSON.stringify({ ...own, common: this.#numberOf({ policy, terms }) });
  }

  /** Begins another transaction: nothing of one that failed was written. */
  begin(): void {
    this.#added = [];
  }

  /** The transaction is committed. */
  committed(): void {
    for (const [text, number] of this.#added) this.#note(text, number);
    this.#added = [];
  }

  /** The record with what its start has in common with others; a text if that was lost. */
  restore({ seq, event }: StoredRecord): StoredRecord {
    if (!isJsonObject(event) || event["common"] === undefined) return { seq, event };
    const { common: number, ...own } = event;
    const common = this.#values.get(Number(number));
    return { seq, event: common ? { ...own, ...common } : `its terms, number ${String(number)}, are damaged` };
  }

  #numberOf(common: Common): number {
    const known = this.#known.get(common.terms);
    if (known?.policy === common.policy) return known.number;
    const text = JSON.stringify(common);
    const number = this.#numbers.get(text) ?? this.#added.find(([added]) => added === text)?.[1];
    if (number === undefined) return this.#add(text);
    if (this.#numbers.has(text)) this.#known.set(common.terms, { policy: common.policy, number });
    return number;
  }

  #add(text: string): number {
    // Made from the text: other terms never get the number of some that were lost, and the same ones get it again.
    let number = sumOf(text);
    while (this.#values.has(number) || this.#added.some(([, added]) => added === number)) number += 1;
    writeTerms(this.#prepare, number, text);
    this.#added = [...this.#added, [text, number]];
    return number;
  }

  #note(text: string, number: number): void {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return;
    this.#numbers.set(text, number);
    this.#values.set(number, value);
  }
}

/** Writes both copies. */
function writeTerms(prepare: Prepare, number: number, text: string): void {
  const insert = prepare("INSERT INTO terms (number, copy, value, sum) VALUES (?, ?, ?, ?)");
  for (const copy of COPIES) insert.run(number, copy, text, sumOf(number, copy, text));
}

interface Found {
  /** Whether the table's rows are damaged in another way than that one does not fit its sum. */
  readonly isDamaged: boolean;
  /** Called with a sentence if something was damaged. */
  readonly onDamage: (damage: string) => void;
}

/**
 * Writes the terms again, if one copy is damaged or missing, from the other ones. Where both are, their sagas cannot be read until another one
 * begins with the same.
 *
 * @throws the error of SQLite when they cannot be read or written.
 */
export function mendTerms(prepare: Prepare, transact: (work: () => void) => void, { isDamaged, onDamage }: Found): void {
  const rows = prepare(`SELECT number, value, sum = ${TERMS_SUM} AS fits FROM terms NOT INDEXED`).all();
  const sound = new Map(rows.filter(({ fits }) => fits === 1).map(({ number, value }) => [Number(number), String(value)]));
  const damaged = rows.filter(({ fits }) => fits !== 1).length;
  const halves = COPIES.length * sound.size - (rows.length - damaged);
  if (damaged + halves === 0 && !isDamaged) return;
  transact(() => {
    prepare("DELETE FROM terms").run();
    for (const [number, text] of sound) writeTerms(prepare, number, text);
  });
  if (damaged > halves) onDamage("Both copies of terms of sagas were damaged: their sagas cannot be read.");
  else onDamage("A copy of the terms of sagas was damaged. It was made again from the other one.");
}
