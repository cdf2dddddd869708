import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

const ERRORS_SHOWN = 4_000;
const END_MS_MAX = 60_000;

/** How a runtime runs a file: the program, and the parameters before the file. */
export interface Runtime {
  readonly name: string;
  readonly command: string;
  readonly parameters: readonly string[];
}

/** A sample that runs on a runtime. */
export class SampleProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #ended: Promise<unknown>;
  #errors = "";

  /** @param directory where the samples are. @param words the sample's file, and its parameters. */
  constructor(runtime: Runtime, directory: string, words: readonly string[]) {
    this.#name = `${runtime.name} ${words[0]}`;
    this.#child = spawn(runtime.command, [...runtime.parameters, ...words], {
      cwd: directory,
      // Nothing of this machine's environment decides what comes of it: no proxy, no option of a runtime.
      env: { HOME: directory, DENO_NO_UPDATE_CHECK: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#ended = once(this.#child, "close");
    this.#child.stderr?.on("data", (chunk) => {
      this.#errors += String(chunk);
    });
  }

  /** Its next line of output. @throws Error with its errors when it ends without one. */
  async line(): Promise<string> {
    const { stdout } = this.#child;
    if (!stdout) throw new Error(`${this.#name} has no output.`);
    const lines = createInterface({ input: stdout });
    for await (const line of lines) return line;
    throw new Error(`${this.#name} ended without a line: ${this.#errors.slice(-ERRORS_SHOWN)}`);
  }

  /** Its whole output, when it has ended by itself. @throws Error when it fails, or takes over a minute. */
  async output(): Promise<string> {
    let text = "";
    this.#child.stdout?.on("data", (chunk) => {
      text += String(chunk);
    });
    await this.#untilEnd();
    return text;
  }

  /** Kills it, as a crash does. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.#ended;
  }

  /** Asks it to stop. @throws Error when it does not end with the status. */
  async stop(status = 0): Promise<void> {
    this.#signal("SIGTERM");
    await this.#untilEnd(status);
  }

  async #untilEnd(status = 0): Promise<void> {
    const late = new AbortController();
    const isLate = setTimeout(END_MS_MAX, true, { signal: late.signal }).catch(() => false);
    const wasLate = await Promise.race([this.#ended.then(() => false), isLate]);
    late.abort();
    if (wasLate) await this.kill();
    const { exitCode, signalCode } = this.#child;
    if (wasLate || exitCode !== status)
      throw new Error(`${this.#name} ended with ${exitCode ?? signalCode}: ${this.#errors.slice(-ERRORS_SHOWN)}`);
  }

  /** Not `child.kill`: after it, Deno reports that signal whatever ended the process. */
  #signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended a moment ago.
    }
  }
}
