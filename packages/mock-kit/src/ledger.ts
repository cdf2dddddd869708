/** One effect: what was asked, under which key, and what it gave. */
export interface LedgerEntry {
  readonly seq: number;
  readonly route: string;
  readonly key: string | null;
  readonly body: unknown;
  readonly result: unknown;
}

/** Every effect that was applied, in order. A replayed answer or a refusal is no effect. */
export class Ledger {
  #items: LedgerEntry[] = [];

  record(entry: Omit<LedgerEntry, "seq">): void {
    this.#items.push({ seq: this.#items.length + 1, ...entry });
  }

  get items(): readonly LedgerEntry[] {
    return this.#items;
  }

  clear(): void {
    this.#items = [];
  }
}
