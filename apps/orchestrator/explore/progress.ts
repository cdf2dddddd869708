import process from "node:process";

/** How often it says how far it is: where somebody looks at a terminal, and where it is written to a log. */
const TERMINAL_MS = 200;
const LOG_MS = 10_000;

/** A line that is written over on a terminal; elsewhere, one now and then. */
export class Progress {
  readonly #name: string;
  #said = performance.now();

  constructor(name: string) {
    this.#name = name;
  }

  say(text: string): void {
    const { isTTY } = process.stdout;
    if (performance.now() - this.#said < (isTTY ? TERMINAL_MS : LOG_MS)) return;
    this.#said = performance.now();
    process.stdout.write(isTTY ? `\r\x1b[K${this.#name}: ${text} …` : `${this.#name}: ${text} …\n`);
  }

  end(): void {
    if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
  }
}
