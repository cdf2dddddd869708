/** One effect: the request with its key, and the result. */
export interface LedgerEntry {
  readonly seq: number;
  readonly route: string;
  readonly key: string | null;
  readonly body: unknown;
  readonly result: unknown;
}

/** Every effect in order. A repeated reply or a refusal is no effect. */
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
