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

  /**
   * Reads the pauses of an earlier process. A damaged one stays a pause, of the definition that it names. If there is none of that name, it is not
   * known which one was meant: all are paused.
   */
  async read(definitions: readonly string[]): Promise<void> {
    const pauses = await this.#journal.pauses();
    for (const pause of pauses) if (!pause.damaged) this.#paused.set(pause.definition, pause);
    for (const pause of pauses) if (pause.damaged) await this.#mend(pause, definitions);
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

  async #mend({ definition, at }: Pause, definitions: readonly string[]): Promise<void> {
    const isKnown = definitions.includes(definition);
    for (const name of isKnown ? [definition] : definitions)
      if (isKnown || !this.#paused.has(name)) await this.#write({ definition: name, at, note: noteOf(definition, isKnown) });
    if (!isKnown) await this.#erase(definition);
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

function noteOf(definition: string, isKnown: boolean): string {
  return isKnown
    ? "Its record in the journal is damaged. End this pause if you know that it is over."
    : `A pause in the journal is damaged. It names "${definition}", which is no definition here, so all are paused. End the pauses that are not meant.`;
}
