import {
  type HolderQuery,
  isHolder,
  type Journal,
  type JournalError,
  type JournalRecord,
  type OpenPage,
  type OpenVersion,
  type Pause,
} from "../ports/journal.ts";
import { summaryMatches } from "../ports/match-query.ts";
import type { SagaIndex, SagaQuery } from "../ports/saga-index.ts";
import { statusOf } from "../transition/view.ts";

export interface AppendedRecord extends Omit<JournalRecord, "event"> {
  readonly text: string;
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

  append({ event, ...record }: JournalRecord): void {
    this.#appended.push({ ...record, text: JSON.stringify(event) });
  }

  durable(): Promise<void> {
    this.#flush ??= Promise.resolve().then(() => {
      this.#durableCount = this.#appended.length;
      this.#flush = undefined;
    });
    return this.#flush;
  }

  load(id: string): Promise<readonly unknown[] | undefined> {
    const records = this.#appended.filter(({ saga }) => saga.id === id);
    return Promise.resolve(records.length === 0 ? undefined : records.map(({ text }): unknown => JSON.parse(text)));
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

  list({ before, limit, ...query }: SagaQuery): Promise<readonly string[]> {
    const isOlder = ({ saga }: AppendedRecord): boolean => before === undefined || saga.id < before;
    const ids = [...this.#latest().values()]
      .filter((each) => isOlder(each) && summaryMatches({ ...each.saga, ...each, status: statusOf(each.saga) }, query))
      .map(({ saga }) => saga.id);
    return Promise.resolve(ids.toSorted((one, other) => (one < other ? 1 : -1)).slice(0, limit));
  }

  /** The journal that a restart finds: the records that were durable. */
  crash(): MemoryJournal {
    return new MemoryJournal(this.durableRecords, [...this.#pauses.values()]);
  }

  #latest(): Map<string, AppendedRecord> {
    return new Map(this.#appended.map((appended) => [appended.saga.id, appended]));
  }
}
