import {
  type CompactedRecord,
  type CorrelationQuery,
  firstSeqOf,
  type HolderQuery,
  isHolder,
  type Journal,
  type JournalError,
  type JournalRecord,
  type OpenPage,
  type OpenVersion,
  type Pause,
  type RecordPage,
  type StoredRecord,
} from "../ports/journal.ts";
import { pageOf, summaryMatches, summaryOf } from "../ports/match-query.ts";
import type { SagaIndex, SagaQuery, SearchOptions } from "../ports/saga-index.ts";
import { unseenSignals } from "../transition/verdict.ts";
import { statusOf } from "../transition/view.ts";

export interface AppendedRecord extends Omit<JournalRecord, "event"> {
  readonly text: string;
  /** The number of the first record that it stands for. */
  readonly firstSeq: number;
}

export function appendedRecord({ event, ...record }: JournalRecord): AppendedRecord {
  return { ...record, text: JSON.stringify(event), firstSeq: firstSeqOf({ event, ...record }) };
}

/**
 * A journal and index in memory, for tests. Appended records become durable in a later microtask, as on a disk they would later; `crash`
 * gives the journal that a restart would find.
 */
export class MemoryJournal implements Journal, SagaIndex {
  readonly #appended: AppendedRecord[];
  #durableCount: number;
  #flush: Promise<void> | undefined;
  readonly #pauses: Map<string, Pause>;
  failure: JournalError | undefined = undefined;

  constructor(appended: readonly AppendedRecord[] = [], pauses: readonly Pause[] = []) {
    this.#appended = [...appended];
    this.#pauses = new Map(pauses.map((pause) => [pause.definition, pause]));
    this.#durableCount = appended.length;
  }

  /** The records that cannot be lost. */
  get durableRecords(): readonly AppendedRecord[] {
    return this.#appended.slice(0, this.#durableCount);
  }

  async begin(record: JournalRecord): Promise<void> {
    this.append(record);
    await this.durable();
  }

  append(record: JournalRecord): void {
    this.#appended.push(appendedRecord(record));
  }

  compact(id: string, records: readonly CompactedRecord[]): void {
    for (const { seq, event } of records) {
      const first = seq - event.records + 1;
      const last = this.#appended.findIndex(({ saga }) => saga.id === id && saga.seq === seq);
      const { saga, state, step } = this.#appended[last] ?? {};
      if (!saga || state === undefined) continue;
      this.#appended[last] = appendedRecord({ event, saga, state, step });
      const gone = this.#appended.slice(0, last).filter((record) => record.saga.id === id && record.saga.seq >= first);
      for (const record of gone) this.#appended.splice(this.#appended.indexOf(record), 1);
      this.#durableCount -= gone.length;
    }
  }

  durable(): Promise<void> {
    this.#flush ??= Promise.resolve().then(() => {
      this.#durableCount = this.#appended.length;
      this.#flush = undefined;
    });
    return this.#flush;
  }

  load(id: string, { after, limit }: RecordPage): Promise<readonly StoredRecord[]> {
    const records = this.#held(id).filter(({ saga: { seq } }) => seq > after);
    return Promise.resolve(
      records.slice(0, limit).map(({ saga: { seq }, text }): StoredRecord => ({ seq, event: JSON.parse(text) })),
    );
  }

  open({ status, after = "", limit }: OpenPage): Promise<readonly string[]> {
    const open = [...this.#latest().values()].filter(({ saga }) => statusOf(saga) === status && saga.id > after);
    return Promise.resolve(
      open
        .map(({ saga }) => saga.id)
        .toSorted((one, other) => (one < other ? -1 : 1))
        .slice(0, limit),
    );
  }

  openVersions(): Promise<readonly OpenVersion[]> {
    const versions = new Map<string, OpenVersion>();
    for (const { saga } of this.#latest().values()) {
      const status = statusOf(saga);
      if (status === "completed" || status === "cancelled") continue;
      const { definition, version, fingerprint } = saga;
      const key = JSON.stringify([definition, version, fingerprint]);
      const { running } = versions.get(key) ?? { running: 0 };
      versions.set(key, {
        definition,
        version,
        fingerprint,
        example: saga.id,
        running: running + (status === "running" ? 1 : 0),
      });
    }
    return Promise.resolve([...versions.values()]);
  }

  idOfKey(idempotencyKey: string): Promise<string | undefined> {
    return Promise.resolve(this.#appended.find(({ saga }) => saga.idempotencyKey === idempotencyKey)?.saga.id);
  }

  holderOf(query: HolderQuery): Promise<string | undefined> {
    return Promise.resolve([...this.#latest().values()].find(({ saga }) => isHolder(saga, query))?.saga.id);
  }

  holderOfCorrelation({ definition, step, correlation }: CorrelationQuery): Promise<string | undefined> {
    const holds = ({ saga, claims = [] }: AppendedRecord) =>
      saga.definition === definition && claims.some((claim) => claim.step === step && claim.correlation === correlation);
    return Promise.resolve(this.#appended.find(holds)?.saga.id);
  }

  pauses(): Promise<readonly Pause[]> {
    return Promise.resolve([...this.#pauses.values()]);
  }

  pause(pause: Pause): Promise<void> {
    this.#pauses.set(pause.definition, pause);
    return Promise.resolve();
  }

  endPause(definition: string): Promise<void> {
    this.#pauses.delete(definition);
    return Promise.resolve();
  }

  list(query: SagaQuery, { signal }: SearchOptions = {}): Promise<readonly string[]> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const matching = [...this.#latest().values()].filter((each) => summaryMatches(summaryOf(each), query));
    const ids = matching.map(({ saga }) => saga.id);
    return Promise.resolve(pageOf(ids, query));
  }

  /** Deletes the sagas that ended before an instant, in milliseconds since the epoch, but for those with late signals that nobody has acknowledged. */
  prune(endedBefore: number): void {
    const isOld = ({ saga }: AppendedRecord) =>
      (saga.phase.name === "completed" || saga.phase.name === "cancelled") && saga.updatedAt < endedBefore;
    const old = [...this.#latest().values()].filter((record) => isOld(record) && unseenSignals(record.saga).length === 0);
    const ids = new Set(old.map(({ saga }) => saga.id));
    this.#durableCount = this.durableRecords.filter(({ saga }) => !ids.has(saga.id)).length;
    const kept = this.#appended.filter(({ saga }) => !ids.has(saga.id));
    this.#appended.splice(0, this.#appended.length, ...kept);
  }

  /** The journal that a restart finds: the records that were durable. */
  crash(): MemoryJournal {
    return new MemoryJournal(this.durableRecords, [...this.#pauses.values()]);
  }

  /** The records of a saga without those for which a compacted one stands. */
  #held(id: string): readonly AppendedRecord[] {
    const held: AppendedRecord[] = [];
    for (const record of this.#appended) {
      if (record.saga.id !== id) continue;
      while ((held.at(-1)?.saga.seq ?? 0) >= record.firstSeq) held.pop();
      held.push(record);
    }
    return held;
  }

  #latest(): Map<string, AppendedRecord> {
    return new Map(this.#appended.map((appended) => [appended.saga.id, appended]));
  }
}
