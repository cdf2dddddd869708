import { JournalError, type Pause } from "saga-core";
import type { JournalFile } from "./journal-file.ts";
import { messageOf } from "./message-of.ts";
import { type PauseRow, pauseOf, pauseRow } from "./pause-row.ts";

/** The table of paused definitions. Each change is durable when the call returns. */
export class PauseTable {
  readonly #file: JournalFile;

  constructor(file: JournalFile) {
    this.#file = file;
  }

  get all(): readonly Pause[] {
    return this.#file.read(() => this.#file.statements.pauses.all()).map(pauseOf);
  }

  /** @throws JournalError when it cannot be written: then nothing has changed. */
  pause(pause: Pause): void {
    const row: PauseRow = pauseRow(pause);
    this.#change("paused", () => this.#file.statements.pause.run(...row));
  }

  /** @throws JournalError when it cannot be written: then nothing has changed. */
  endPause(definition: string): void {
    this.#change("resumed", () => this.#file.statements.endPause.run(definition));
  }

  #change(change: string, write: () => void): void {
    try {
      this.#file.transact(write);
    } catch (cause) {
      throw new JournalError(`The definition cannot be ${change} at present (${messageOf(cause)}).`, { cause });
    }
  }
}
