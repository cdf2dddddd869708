/** As many are told apart; beyond it "more than" is as good. */
const IDS_MAX = 10_000;

const SAGA_ID = /"saga_id":"([\w-]{1,64})"/;

/** The sagas that a stream told of, counted once each. A message costs a search in its text: it is not read as JSON, and nothing is copied. */
export class ChangedIds {
  readonly #ids = new Set<string>();

  get count(): number {
    return this.#ids.size;
  }

  /** Whether there may be more than `count`. */
  get isFull(): boolean {
    return this.#ids.size >= IDS_MAX;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Notes the saga of a message. */
  note(message: string): void {
    const id = SAGA_ID.exec(message)?.[1];
    if (id !== undefined && this.#ids.size < IDS_MAX) this.#ids.add(id);
  }

  clear(): void {
    this.#ids.clear();
  }
}
