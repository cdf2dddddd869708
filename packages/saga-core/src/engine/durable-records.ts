/** Which of a saga's records are durable already, so that a command waits for those that it needs and for no others. */
export class DurableRecords {
  readonly #pending = new Map<number, Promise<void>>();

  /** Notes that a record was appended, and when it will be durable. */
  appended(seq: number, durable: Promise<void>): void {
    const forget = durable.then(() => {
      this.#pending.delete(seq);
    });
    // A failure stays in the map, for whoever waits for the record.
    forget.catch(() => undefined);
    this.#pending.set(seq, forget);
  }

  /** Resolves when every record up to `seq` is durable; rejects when one cannot be. */
  async upTo(seq: number): Promise<void> {
    await Promise.all([...this.#pending].filter(([pending]) => pending <= seq).map(([, durable]) => durable));
  }
}
