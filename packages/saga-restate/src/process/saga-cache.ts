import {
  type Controller,
  type FoundSaga,
  type HistoryEntry,
  type HistoryPage,
  JournalError,
  type Saga,
  type SagaIndex,
  UnreadableSaga,
} from "saga-core";
import {
  foundMatches,
  HISTORY_PAGE,
  pageOf,
  readHistory,
  type SagaQuery,
  SagaReplay,
  type SearchOptions,
} from "saga-core/engine";
import { readRecord } from "../objects/saga-record.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import type { RestateIndex } from "../restate/restate-index.ts";
import type { RecordedSaga, RestateIngress } from "../restate/restate-ingress.ts";
import type { CachedSaga, LocalSagas } from "./local-sagas.ts";

interface SagaCacheParts {
  readonly controllers: readonly Controller[];
  readonly names: ServiceNames;
  readonly ingress: Pick<RestateIngress, "look">;
  readonly written: Pick<RestateIndex, "list" | "serviceOf">;
  readonly local: LocalSagas;
}

/** A page of a saga's history, and the saga as it is now. */
export interface FoundHistory {
  readonly found: FoundSaga;
  readonly entries: readonly HistoryEntry[];
}

/** Called with each event of a saga, as it is read. */
type Visit = (entry: HistoryEntry) => void;

/** All sagas: as their workflows wrote them, and more recent ones that this process started or runs. */
export class SagaCache implements SagaIndex {
  readonly #controllers: readonly Controller[];
  readonly #names: ServiceNames;
  readonly #ingress: Pick<RestateIngress, "look">;
  readonly #written: Pick<RestateIndex, "list" | "serviceOf">;
  readonly #local: LocalSagas;
  #openAtStart: ReadonlySet<string> = new Set();

  constructor({ controllers, names, ingress, written, local }: SagaCacheParts) {
    this.#controllers = controllers;
    this.#names = names;
    this.#ingress = ingress;
    this.#written = written;
    this.#local = local;
  }

  /** These sagas were open when this process started. Those not written yet exist, although nothing can be read of them. */
  setOpenAtStart(ids: ReadonlySet<string>): void {
    this.#openAtStart = ids;
  }

  /**
   * Undefined where no version registered here has the saga.
   *
   * @throws UnreadableSaga where its version is not registered here or its record is damaged; JournalError where Restate does not answer,
   * or nothing of the saga is written yet.
   */
  async read(id: string): Promise<CachedSaga | undefined> {
    return await this.#read(id, () => undefined);
  }

  /** A page of a saga's events, in order. It is read as {@link read} does. */
  async history(id: string, { after = 0, limit = HISTORY_PAGE }: HistoryPage = {}): Promise<FoundHistory | undefined> {
    const entries: HistoryEntry[] = [];
    const visit = (entry: HistoryEntry): void => {
      if (entry.seq > after && entries.length < limit) entries.push(entry);
    };
    const read = await this.#read(id, visit);
    if (!read) return undefined;
    const { found, events } = read;
    if (!events) return { found, entries };
    entries.length = 0;
    for (const entry of readHistory(found.controller, id, events).entries) visit(entry);
    return { found, entries };
  }

  /** @param visit called with the events that are written. */
  async #read(id: string, visit: Visit): Promise<CachedSaga | undefined> {
    if (!SAGA_ID.test(id)) return undefined;
    const written = await this.#readWritten(id, visit);
    const local = this.#local.get(id);
    const localSeq = local?.found.saga.seq ?? 0;
    const writtenSeq = written?.found.saga.seq ?? 0;
    const newest = localSeq > writtenSeq ? local : written;
    // A saga that went on in another process gets no further events here.
    if (localSeq < writtenSeq) this.#local.forget(id);
    if (!newest && this.#openAtStart.has(id)) {
      throw new JournalError(
        `Saga ${id} was under way when this process started: its state can be read when Restate continues it.`,
      );
    }
    return newest;
  }

  /** The first of the written sagas, and of those that run here and may not be written yet. */
  async list(query: SagaQuery, options: SearchOptions = {}): Promise<readonly string[]> {
    const found = [...(await this.#written.list(query, options))];
    const written = new Set(found);
    // After a full page come others.
    const last = found.length < query.limit ? undefined : found.at(-1);
    const isOnPage = (id: string) => last === undefined || (query.order === "oldest" ? id < last : id > last);
    const local = this.#local.list(query).filter((id) => isOnPage(id) && !written.has(id));
    for (let from = 0; from < local.length; from += query.limit) {
      options.signal?.throwIfAborted();
      const ids = local.slice(from, from + query.limit);
      const stillFit = await Promise.all(ids.map((id) => this.#stillFits(id, query)));
      found.push(...ids.filter((_id, at) => stillFit[at]));
      // The ids that follow come later in the list.
      if (!stillFit.includes(false)) break;
    }
    return pageOf(found, query);
  }

  /** Whether a saga that ran here matches the query now, wherever it runs. */
  async #stillFits(id: string, query: SagaQuery): Promise<boolean> {
    const saga = await this.read(id);
    return saga !== undefined && foundMatches(saga.found, query);
  }

  async #readWritten(id: string, visit: Visit): Promise<CachedSaga | undefined> {
    for (const controller of this.#controllers) {
      const saga = await this.#replay(controller, id, visit);
      if (saga) return { found: { saga, controller } };
    }
    // A local saga has a version that is registered here.
    if (this.#local.get(id)) return undefined;
    const service = await this.#written.serviceOf(id);
    if (service === undefined) return undefined;
    // It was written meanwhile.
    if (this.#controllers.some((controller) => this.#names.sagas(controller) === service))
      return await this.#readWritten(id, visit);
    throw new UnreadableSaga(
      `Saga ${id} is one of ${service}, which is not registered here: it continues where that service is.`,
    );
  }

  /** Reads a saga part by part, so that a long history takes no memory; undefined where this version has none of the id. */
  async #replay(controller: Controller, id: string, visit: Visit): Promise<Saga | undefined> {
    const replay = new SagaReplay(controller, id);
    for (let part: number | undefined = 0; ; ) {
      const looked: RecordedSaga | undefined = await this.#ingress.look(this.#names.sagas(controller), id, part);
      if (!looked) return undefined;
      for (const event of looked.earlier) visit(replay.apply(event));
      part = looked.nextPart;
      if (part !== undefined) continue;
      const { events } = readRecord(id, looked.record);
      for (const event of [...events, ...(looked.later ?? [])]) visit(replay.apply(event));
      return replay.saga;
    }
  }
}

/** Only our ids are looked up in Restate: a look at any other key would create a workflow there. */
const SAGA_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
