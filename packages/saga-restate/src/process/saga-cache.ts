import { type Controller, JournalError, type SagaIndex, UnreadableSaga } from "saga-core";
import { foundMatches, readHistory, type SagaQuery, type SearchOptions } from "saga-core/engine";
import { readRecord } from "../objects/saga-record.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import type { RestateIndex } from "../restate/restate-index.ts";
import type { RestateIngress } from "../restate/restate-ingress.ts";
import type { CachedSaga, LocalSagas } from "./local-sagas.ts";

interface SagaCacheParts {
  readonly controllers: readonly Controller[];
  readonly names: ServiceNames;
  readonly ingress: Pick<RestateIngress, "look">;
  readonly written: Pick<RestateIndex, "list" | "serviceOf">;
  readonly local: LocalSagas;
}

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
    if (!SAGA_ID.test(id)) return undefined;
    const written = await this.#readWritten(id);
    const local = this.#local.get(id);
    const newest = local && local.events.length > (written?.events.length ?? 0) ? local : written;
    // A saga that went on in another process gets no further events here.
    if (local && newest && local.events.length < newest.events.length) this.#local.forget(id);
    if (!newest && this.#openAtStart.has(id)) {
      throw new JournalError(
        `Saga ${id} was under way when this process started: its state can be read when Restate continues it.`,
      );
    }
    return newest;
  }

  /** The newest of the written sagas, and of those that run here and may not be written yet. */
  async list(query: SagaQuery, options: SearchOptions = {}): Promise<readonly string[]> {
    const found = [...(await this.#written.list(query, options))];
    const written = new Set(found);
    const oldest = found.length < query.limit ? "" : (found.at(-1) ?? "");
    const local = this.#local.list(query).filter((id) => id > oldest && !written.has(id));
    local.sort(newestFirst);
    for (let from = 0; from < local.length; from += query.limit) {
      options.signal?.throwIfAborted();
      const ids = local.slice(from, from + query.limit);
      const stillFit = await Promise.all(ids.map((id) => this.#stillFits(id, query)));
      found.push(...ids.filter((_id, at) => stillFit[at]));
      // The ids that follow are older.
      if (!stillFit.includes(false)) break;
    }
    return found.toSorted(newestFirst).slice(0, query.limit);
  }

  /** Whether a saga that ran here matches the query now, wherever it runs. */
  async #stillFits(id: string, query: SagaQuery): Promise<boolean> {
    const saga = await this.read(id);
    return saga !== undefined && foundMatches(saga.found, query);
  }

  async #readWritten(id: string): Promise<CachedSaga | undefined> {
    for (const controller of this.#controllers) {
      const recorded = await this.#ingress.look(this.#names.sagas(controller), id);
      if (!recorded) continue;
      const records = [...recorded.earlier, ...readRecord(id, recorded.record).events];
      const { saga, events } = readHistory(controller, id, records);
      return { found: { saga, controller }, events };
    }
    // A local saga has a version that is registered here.
    if (this.#local.get(id)) return undefined;
    const service = await this.#written.serviceOf(id);
    if (service === undefined) return undefined;
    // It was written meanwhile.
    if (this.#controllers.some((controller) => this.#names.sagas(controller) === service)) return await this.#readWritten(id);
    throw new UnreadableSaga(
      `Saga ${id} is one of ${service}, which is not registered here: it continues where that service is.`,
    );
  }
}

function newestFirst(one: string, other: string): number {
  return one < other ? 1 : -1;
}

/** Only our ids are looked up in Restate: a look at any other key would create a workflow there. */
const SAGA_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
