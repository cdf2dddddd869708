import type { Journal, Pause } from "../ports/journal.ts";
import type { OperatorNote } from "../transition/event.ts";

/** The paused definitions. A pause is written into the journal first, so that a restart does not end it. */
export class Pauses {
  readonly #journal: Pick<Journal, "pauses" | "pause" | "endPause">;
  readonly #paused = new Map<string, Pause>();

  constructor(journal: Pick<Journal, "pauses" | "pause" | "endPause">) {
    this.#journal = journal;
  }

  get all(): readonly Pause[] {
    return [...this.#paused.values()];
  }

  has(definition: string): boolean {
    return this.#paused.has(definition);
  }

  /** Reads the pauses of an earlier process. */
  async read(): Promise<void> {
    for (const pause of await this.#journal.pauses()) this.#paused.set(pause.definition, pause);
  }

  /** Pauses a definition. A second pause changes nothing: the first one names the person to contact. */
  async begin(definition: string, at: number, note: OperatorNote): Promise<void> {
    if (this.#paused.has(definition)) return;
    const pause = { definition, at, ...note };
    await this.#journal.pause(pause);
    this.#paused.set(definition, pause);
  }

  async end(definition: string): Promise<void> {
    await this.#journal.endPause(definition);
    this.#paused.delete(definition);
  }
}
