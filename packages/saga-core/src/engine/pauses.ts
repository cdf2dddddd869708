import type { Journal, Pause } from "../ports/journal.ts";
import { KeyedMutex } from "./keyed-mutex.ts";
import { changedPause, isStillOwn } from "./pause-rules.ts";

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

  /** Pauses a definition. Resolves with whether something has changed. */
  async begin(pause: Pause): Promise<boolean> {
    return await this.#mutex.run(pause.definition, async () => {
      const changed = changedPause(this.#paused.get(pause.definition), pause);
      if (changed) await this.#write(changed);
      return changed !== undefined;
    });
  }

  async end(definition: string): Promise<void> {
    await this.#mutex.run(definition, () => this.#erase(definition));
  }

  /** Ends a pause that a definition made itself, unless an operator has paused the definition since. Resolves with whether it did. */
  async endAutomatic(pause: Pause): Promise<boolean> {
    const { definition } = pause;
    return await this.#mutex.run(definition, async () => {
      const isOwn = isStillOwn(this.#paused.get(definition), pause);
      if (isOwn) await this.#erase(definition);
      return isOwn;
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
