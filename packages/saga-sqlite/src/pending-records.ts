import { firstSeqOf, type JournalRecord } from "saga-core/engine";

interface OfSaga {
  /** When the oldest of them was added, by `performance.now()`. */
  readonly since: number;
  readonly records: readonly JournalRecord[];
}

/** The records that are not written yet, those of one saga together and in order. */
export class PendingRecords {
  readonly #ofSagas = new Map<string, OfSaga>();

  get isEmpty(): boolean {
    return this.#ofSagas.size === 0;
  }

  /** When the oldest record was added, by `performance.now()`; undefined if there is none. */
  get since(): number | undefined {
    return this.#ofSagas.values().next().value?.since;
  }

  get all(): readonly JournalRecord[] {
    return [...this.#ofSagas.values()].flatMap(({ records }) => records);
  }

  of(id: string): readonly JournalRecord[] {
    return this.#ofSagas.get(id)?.records ?? [];
  }

  has(id: string): boolean {
    return this.#ofSagas.has(id);
  }

  /** Adds a record. A compacted one takes the place of those that it stands for. */
  add(record: JournalRecord): void {
    const { since = performance.now(), records = [] } = this.#ofSagas.get(record.saga.id) ?? {};
    const first = firstSeqOf(record);
    const kept = first < record.saga.seq ? records.filter(({ saga }) => saga.seq < first) : records;
    this.#ofSagas.set(record.saga.id, { since, records: [...kept, record] });
  }

  /** The ids of the sagas whose oldest record was added at an instant or before. */
  addedUntil(instant: number): readonly string[] {
    const ids: string[] = [];
    for (const [id, { since }] of this.#ofSagas) {
      if (since > instant) break;
      ids.push(id);
    }
    return ids;
  }

  delete(ids: Iterable<string>): void {
    for (const id of ids) this.#ofSagas.delete(id);
  }
}
