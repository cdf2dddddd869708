import type { Controller } from "../definition/controller.ts";
import { isJsonObject } from "../json.ts";
import { type FoundSaga, HISTORY_PAGE, type HistoryEntry, type HistoryPage, UnreadableSaga } from "../ports/engine.ts";
import type { CompactedRecord, Journal, OpenVersion, StoredRecord } from "../ports/journal.ts";
import type { FailureRange } from "../transition/compaction.ts";
import { standInFor } from "../transition/stand-in.ts";
import { fingerprintMismatch } from "./fingerprint-mismatch.ts";
import { SagaReplay } from "./saga-replay.ts";

/** How many records are read at a time. */
const RECORDS_PAGE = 64;
/** How often a saga is read again from its start, because records were compacted while it was read. */
const READS_MAX = 5;

/** A saga from the journal, and the range of failures that its records end with, if there is one. */
export interface ReadSaga extends FoundSaga {
  readonly failures?: FailureRange | undefined;
  /** The records that may take the place of some of the journal's, because it has too many of the saga. */
  readonly compactable?: readonly CompactedRecord[];
}

/** Reads sagas back from the journal: each under the version of its definition that it started with (rule 11). */
export class SagaReader {
  readonly #controllers: readonly Controller[];
  readonly #journal: Journal;

  constructor(controllers: readonly Controller[], journal: Journal) {
    this.#controllers = controllers;
    this.#journal = journal;
  }

  /** @throws UnreadableSaga */
  async load(id: string): Promise<ReadSaga | undefined> {
    const replay = await this.#replay(id);
    if (!replay) return undefined;
    const { saga, controller, failures, compactable } = replay;
    return { saga, controller, failures, compactable };
  }

  /**
   * A page of a saga's events, in order; undefined for an unknown id.
   *
   * @throws UnreadableSaga
   */
  async history(id: string, { after = 0, limit = HISTORY_PAGE }: HistoryPage = {}): Promise<readonly HistoryEntry[] | undefined> {
    const entries: HistoryEntry[] = [];
    const replay = await this.#replay(id, (entry) => {
      // Read from the start again, because records were compacted meanwhile.
      if (entry.seq <= (entries.at(-1)?.seq ?? 0)) entries.length = 0;
      if (entry.seq > after) entries.push(entry);
      return entries.length < limit;
    });
    return replay && entries;
  }

  /** The stand-in for a saga that cannot be read. */
  async standInFor(id: string): Promise<FoundSaga> {
    const [first] = await this.#journal.load(id, { after: 0, limit: 1 });
    const seq = await this.#lastSeq(id);
    return standInFor({ id, seq, start: first?.event, reason: this.#isRegistered(first?.event) ? "unreadable" : "unregistered" });
  }

  async #lastSeq(id: string): Promise<number> {
    let last = 0;
    for (;;) {
      const page = await this.#journal.load(id, { after: last, limit: RECORDS_PAGE });
      last = page.at(-1)?.seq ?? last;
      if (page.length < RECORDS_PAGE) return last;
    }
  }

  /**
   * How many sagas an earlier process left unfinished.
   *
   * @throws FingerprintMismatch when a definition is not the one that its open sagas started with.
   */
  async countUnfinished(): Promise<number> {
    const versions = await this.#journal.openVersions();
    this.#refuseOtherFingerprints(versions);
    const registered = versions.filter(({ definition, version }) => this.#controllerOf(definition, version) !== undefined);
    return registered.reduce((unfinished, { running }) => unfinished + running, 0);
  }

  /** The same version of a definition with other steps would read its open sagas wrongly (rule 11). */
  #refuseOtherFingerprints(versions: readonly OpenVersion[]): void {
    for (const { definition, version, fingerprint, example } of versions) {
      const controller = this.#controllerOf(definition, version);
      // A damaged start has no known fingerprint: its saga proves unreadable when it is read.
      if (controller && fingerprint !== "" && controller.fingerprint !== fingerprint)
        throw fingerprintMismatch(controller, `saga ${example} runs`);
    }
  }

  #isRegistered(start: unknown): boolean {
    // A damaged start does not name its definition.
    if (!isJsonObject(start) || typeof start["definition"] !== "string" || typeof start["version"] !== "number") return true;
    return this.#controllerOf(start["definition"], start["version"]) !== undefined;
  }

  /**
   * Reads a saga a page at a time, so that a long history takes no memory.
   *
   * @param visit called with each event; false ends the reading.
   */
  async #replay(id: string, visit: (entry: HistoryEntry) => boolean = () => true): Promise<SagaReplay | undefined> {
    let replay: SagaReplay | undefined;
    let reads = 1;
    for (;;) {
      const page = await this.#journal.load(id, { after: replay?.seq ?? 0, limit: RECORDS_PAGE });
      const [first] = page;
      if (first && replay?.wasCompactedInto(first) && reads < READS_MAX) {
        replay = undefined;
        reads += 1;
        continue;
      }
      replay ??= this.#begin(id, first);
      if (!replay) return undefined;
      for (const record of page) if (!visit(replay.applyRecord(record))) return replay;
      if (page.length < RECORDS_PAGE) return replay;
    }
  }

  #begin(id: string, first: StoredRecord | undefined): SagaReplay | undefined {
    if (!first) return undefined;
    const { definition, version } = isJsonObject(first.event) ? first.event : {};
    if (definition === undefined || version === undefined)
      throw new UnreadableSaga(`Saga ${id} cannot be read: its start is damaged.`);
    const controller = this.#controllerOf(definition, version);
    if (!controller)
      throw new UnreadableSaga(`Saga ${id} cannot be read: it runs ${definition} version ${version}, which is not registered.`);
    return new SagaReplay(controller, id);
  }

  #controllerOf(definition: unknown, version: unknown): Controller | undefined {
    return this.#controllers.find((controller) => controller.name === definition && controller.version === version);
  }
}
