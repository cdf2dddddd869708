import type { Journal, Pause } from "../ports/journal.ts";
import { KeyedMutex } from "./keyed-mutex.ts";

/** The paused definitions. A pause is written into the journal first, so that a restart does not end it. */
export class Pauses {
  readonly #journal: Pick<Journal, "pauses" | "pause" | "endPause">;
  readonly #paused = new Map<string, Pause>();
  readonly #mutex = new KeyedMutex();

  constructor(journal: Pick<Journal, "pauses" | "pause" | "endPause">) {
    this.#journal = journal;
  }

  get all(): readonly Pause[] {
    return [...this.#paused.values()];
  }

  /** Reads the pauses of an earlier process. */
  async read(): Promise<void> {
    for (const pause of await this.#journal.pauses()) this.#paused.set(pause.definition, pause);
  }

  /**
   * Pauses a definition. A second pause changes nothing: the first one names the person to contact. But a pause that the definition made
   * itself becomes the operator's, and then does not end by itself. Resolves with whether something has changed.
   */
  async begin(pause: Pause): Promise<boolean> {
    return await this.#mutex.run(pause.definition, async () => {
      const known = this.#paused.get(pause.definition);
      if (known && (pause.automatic || !known.automatic)) return false;
      await this.#write(known ? { ...pause, at: known.at } : pause);
      return true;
    });
  }

  async end(definition: string): Promise<void> {
    await this.#mutex.run(definition, () => this.#erase(definition));
  }

  /** Ends a pause that a definition made itself, unless an operator has paused the definition since. Resolves with whether it did. */
  async endAutomatic({ definition, at }: Pause): Promise<boolean> {
    return await this.#mutex.run(definition, async () => {
      const known = this.#paused.get(definition);
      if (!known?.automatic || known.at !== at) return false;
      await this.#erase(definition);
      return true;
    });
  }

  async #write(pause: Pause): Promise<void> {
    await this.#journal.pause(pause);
    this.#paused.set(pause.definition, pause);
  }

  async #erase(definition: string): Promise<void> {
    await this.#journal.endPause(definition);
    this.#paused.delete(definition);
  }
}
