import { type Controller, isAskedFor, JournalError, type SagaIndex, type SagaQuery, UnreadableSaga } from "saga-core";
import { readRecord, readSaga } from "../objects/saga-record.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import type { RestateIndex } from "../restate/restate-index.ts";
import type { RestateIngress } from "../restate/restate-ingress.ts";
import type { LocalSaga, LocalSagas } from "./local-sagas.ts";

interface KnownSagasParts {
  readonly controllers: readonly Controller[];
  readonly names: ServiceNames;
  readonly ingress: Pick<RestateIngress, "look">;
  readonly written: Pick<RestateIndex, "list" | "serviceOf">;
  readonly local: LocalSagas;
}

/** Where sagas are, as far as it is known: what their workflows wrote, and of those that this process started or runs what it knows itself. */
export class KnownSagas implements SagaIndex {
  readonly #controllers: readonly Controller[];
  readonly #names: ServiceNames;
  readonly #ingress: Pick<RestateIngress, "look">;
  readonly #written: Pick<RestateIndex, "list" | "serviceOf">;
  readonly #local: LocalSagas;
  #wereOpen: ReadonlySet<string> = new Set();

  constructor({ controllers, names, ingress, written, local }: KnownSagasParts) {
    this.#controllers = controllers;
    this.#names = names;
    this.#ingress = ingress;
    this.#written = written;
    this.#local = local;
  }

  /** These were open when this process came: of those that are not written yet no more is known. */
  wereOpen(ids: ReadonlySet<string>): void {
    this.#wereOpen = ids;
  }

  /**
   * Undefined where no version that is registered here has it.
   *
   * @throws UnreadableSaga when it is one of a version that is not registered here, or its record is damaged; JournalError when Restate does not
   * answer, or it is not known yet where the saga stands.
   */
  async read(id: string): Promise<LocalSaga | undefined> {
    if (!SAGA_ID.test(id)) return undefined;
    const written = await this.#readWritten(id);
    const local = this.#local.get(id);
    const known = local && local.events.length > (written?.events.length ?? 0) ? local : written;
    // It went on in another process: what is known here will not grow any more.
    if (local && known && local.events.length < known.events.length) this.#local.forget(id);
    if (!known && this.#wereOpen.has(id)) {
      throw new JournalError(
        `Saga ${id} was under way when this process came: where it stands is known when Restate goes on with it.`,
      );
    }
    return known;
  }

  /** The newest of what is written, and of what runs here and may not be written yet. */
  async list(query: SagaQuery): Promise<readonly string[]> {
    const found = [...(await this.#written.list(query))];
    const written = new Set(found);
    const oldest = found.length < query.limit ? "" : (found.at(-1) ?? "");
    const local = this.#local.list(query).filter((id) => id > oldest && !written.has(id));
    local.sort(newestFirst);
    for (let from = 0; from < local.length; from += query.limit) {
      const ids = local.slice(from, from + query.limit);
      const stillFit = await Promise.all(ids.map((id) => this.#stillFits(id, query)));
      found.push(...ids.filter((_id, at) => stillFit[at]));
      // Those that follow are older.
      if (!stillFit.includes(false)) break;
    }
    return found.toSorted(newestFirst).slice(0, query.limit);
  }

  /** Whether a saga that ran here is what is asked for wherever it runs now. */
  async #stillFits(id: string, query: SagaQuery): Promise<boolean> {
    const known = await this.read(id);
    return known !== undefined && isAskedFor(known.found, query);
  }

  async #readWritten(id: string): Promise<LocalSaga | undefined> {
    for (const controller of this.#controllers) {
      const recorded = await this.#ingress.look(this.#names.sagas(controller), id);
      if (!recorded) continue;
      const { saga, events } = readSaga(controller, id, [...recorded.earlier, ...readRecord(id, recorded.record).events]);
      return { found: { saga, controller }, events };
    }
    // What is known here is of a version that is registered here.
    if (this.#local.get(id)) return undefined;
    const service = await this.#written.serviceOf(id);
    if (service === undefined) return undefined;
    // It was written while it was looked for.
    if (this.#controllers.some((controller) => this.#names.sagas(controller) === service)) return await this.#readWritten(id);
    throw new UnreadableSaga(`Saga ${id} is one of ${service}, which is not registered here: it goes on where it is.`);
  }
}

function newestFirst(one: string, other: string): number {
  return one < other ? 1 : -1;
}

/** What is no id of ours is asked of nobody: each that is asked for would be a new workflow to Restate. */
const SAGA_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
