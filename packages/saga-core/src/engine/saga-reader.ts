import type { Controller } from "../definition/controller.ts";
import { isJsonObject } from "../json.ts";
import { type FoundSaga, UnreadableSaga } from "../ports/engine.ts";
import type { Journal, OpenVersion } from "../ports/journal.ts";
import type { SagaEvent } from "../transition/event.ts";
import { standInFor } from "../transition/stand-in.ts";
import { fingerprintMismatch, readEvents, readHistory } from "./read-history.ts";

/** Reads sagas back from the journal: each under the version of its definition that it started with (rule 11). */
export class SagaReader {
  readonly #controllers: readonly Controller[];
  readonly #journal: Journal;

  constructor(controllers: readonly Controller[], journal: Journal) {
    this.#controllers = controllers;
    this.#journal = journal;
  }

  /** @throws UnreadableSaga */
  async load(id: string): Promise<FoundSaga | undefined> {
    const read = await this.#read(id);
    return read && { saga: readHistory(read.controller, id, read.records).saga, controller: read.controller };
  }

  /**
   * A saga's events, in order.
   *
   * @throws UnreadableSaga
   */
  async history(id: string): Promise<readonly SagaEvent[] | undefined> {
    const read = await this.#read(id);
    return read && readEvents(read.controller, id, read.records);
  }

  /** The stand-in for a saga that cannot be read. */
  async standInFor(id: string): Promise<FoundSaga> {
    const records = (await this.#journal.load(id)) ?? [];
    return standInFor({ id, records, reason: this.#isRegistered(records[0]) ? "unreadable" : "unregistered" });
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

  async #read(id: string): Promise<{ readonly controller: Controller; readonly records: readonly unknown[] } | undefined> {
    const records = await this.#journal.load(id);
    if (!records) return undefined;
    const [first] = records;
    const { definition, version } = isJsonObject(first) ? first : {};
    if (definition === undefined || version === undefined)
      throw new UnreadableSaga(`Saga ${id} cannot be read: its start is damaged.`);
    const controller = this.#controllerOf(definition, version);
    if (!controller)
      throw new UnreadableSaga(`Saga ${id} cannot be read: it runs ${definition} version ${version}, which is not registered.`);
    return { controller, records };
  }

  #controllerOf(definition: unknown, version: unknown): Controller | undefined {
    return this.#controllers.find((controller) => controller.name === definition && controller.version === version);
  }
}
