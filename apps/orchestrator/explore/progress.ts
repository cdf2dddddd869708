import process from "node:process";

/** The time between two reports, on a terminal and in a log. */
const TERMINAL_MS = 200;
const LOG_MS = 10_000;

/** Reports progress: on a terminal, one line that is overwritten; elsewhere, a new line now and then. */
export class Progress {
  readonly #name: string;
  #reportedAt = performance.now();

  constructor(name: string) {
    this.#name = name;
  }

  say(text: string): void {
    const { isTTY } = process.stdout;
    if (performance.now() - this.#reportedAt < (isTTY ? TERMINAL_MS : LOG_MS)) return;
    this.#reportedAt = performance.now();
    process.stdout.write(isTTY ? `\r\x1b[K${this.#name}: ${text} …` : `${this.#name}: ${text} …\n`);
  }

  end(): void {
    if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
  }
}
