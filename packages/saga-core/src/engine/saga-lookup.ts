import { type FoundSaga, type HistoryEntry, type HistoryPage, UnreadableSaga } from "../ports/engine.ts";
import { type Journal, JournalError } from "../ports/journal.ts";
import type { Saga } from "../transition/saga.ts";
import { isAtRest } from "../transition/transition.ts";
import type { SagaReader } from "./saga-reader.ts";
import type { SagaRuns } from "./saga-runs.ts";

export interface SagaLookupPorts {
  readonly reader: SagaReader;
  readonly runs: SagaRuns;
  readonly journal: Pick<Journal, "durable" | "failure">;
  readonly isDraining: () => boolean;
}

/** Finds a saga wherever it is: in memory, in the journal, unreadable, or stopped by a defect. */
export class SagaLookup {
  readonly #ports: SagaLookupPorts;
  /** Stand-ins for sagas that are not at rest and cannot be read. */
  readonly #unreadable = new Map<string, FoundSaga>();
  /** The defects of sagas that stay as they are recorded until the next start. */
  readonly #stopped = new Map<string, unknown>();

  constructor(ports: SagaLookupPorts) {
    this.#ports = ports;
  }

  get unreadable(): ReadonlySet<string> {
    return new Set(this.#unreadable.keys());
  }

  /** Notes that a saga cannot be read: from now on a stand-in is given for it. */
  async noteUnreadable(id: string): Promise<void> {
    this.#unreadable.set(id, await this.#ports.reader.standInFor(id));
  }

  /** Notes that a defect stopped a saga. */
  noteStopped(id: string, defect: unknown): void {
    this.#stopped.set(id, defect);
  }

  isStopped(id: string): boolean {
    return this.#stopped.has(id);
  }

  /** The saga as a caller may see it now: no end that a crash could still change (rule 5). */
  async get(id: string): Promise<FoundSaga | undefined> {
    const unreadable = this.#unreadable.get(id);
    if (unreadable) return unreadable;
    const { runs, reader, journal } = this.#ports;
    const run = runs.get(id);
    if (!run) return await reader.load(id).catch((error: unknown) => this.#standInFor(id, error));
    const { saga, controller, sagaBeforeRest } = run;
    // Nor does a caller wait for a disk that cannot be written.
    if (isAtRest(saga) && journal.failure) return { saga: sagaBeforeRest, controller };
    if (isAtRest(saga)) await run.durable(saga.seq);
    return { saga, controller };
  }

  /** A page of a saga's durable events, in order. */
  async history(id: string, page?: HistoryPage): Promise<readonly HistoryEntry[] | undefined> {
    const { reader, journal, runs } = this.#ports;
    const entries = await reader.history(id, page);
    const seq = entries?.at(-1)?.seq;
    if (!entries || seq === undefined) return entries;
    const run = runs.get(id);
    // Nor does a caller wait for a disk that cannot be written.
    if (journal.failure) return entries.filter((entry) => entry.seq <= (run?.durableSeq ?? seq));
    await (run ? run.durable(seq) : journal.durable(id));
    return entries;
  }

  /** The saga as the journal holds it, or what stands for one that cannot be read. Rejects for a saga that a defect stopped. */
  async load(id: string): Promise<FoundSaga | undefined> {
    if (this.#stopped.has(id)) throw this.#stopped.get(id);
    return this.#unreadable.get(id) ?? (await this.#ports.reader.load(id));
  }

  /** A damaged saga, also one that has ended, is shown and listed as what it is. */
  async #standInFor(id: string, error: unknown): Promise<FoundSaga> {
    if (!(error instanceof UnreadableSaga)) throw error;
    const found = await this.#ports.reader.standInFor(id);
    const { phase } = found.saga;
    if (phase.name !== "needs-intervention" || phase.reason !== "unreadable") throw error;
    this.#unreadable.set(id, found);
    return found;
  }

  /** A saga for which this process does nothing more, because it is at rest or the engine stops; undefined while it goes on. */
  async endedHere(id: string): Promise<Saga | undefined> {
    if (this.#stopped.has(id)) throw this.#stopped.get(id);
    if (this.#ports.runs.has(id)) return undefined;
    const found = await this.#ports.reader.load(id);
    if (!found) throw new JournalError(`Saga ${id} could not be written: there is no such saga.`);
    return isAtRest(found.saga) || this.#ports.isDraining() ? found.saga : undefined;
  }
}
