import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A process that serves, and how to end it. */
export interface Served {
  readonly url: string;
  /** Interrupts it, as Ctrl-C does, and returns when all of it has ended. */
  readonly stop: () => Promise<void>;
}

/** A folder in which commands find one runtime before any other. */
export class Project {
  readonly #directory: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(directory: string, bin: string) {
    this.#directory = directory;
    this.#env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}`, NO_COLOR: "1" };
  }

  /**
   * The output of a command, once it has ended well.
   *
   * @throws Error with its output when it fails.
   */
  async run(command: string, ...parameters: readonly string[]): Promise<string> {
    const options = { cwd: this.#directory, env: this.#env };
    try {
      return (await run(command, parameters, options)).stdout;
    } catch (cause) {
      const output = cause instanceof Error && "stdout" in cause && "stderr" in cause ? `${cause.stdout}${cause.stderr}` : "";
      throw new Error(`${command} ${parameters.join(" ")} failed: ${output}`, { cause });
    }
  }

  /** Starts a command that serves on a free port, and waits until it says where. */
  async serve(command: string, ...parameters: readonly string[]): Promise<Served> {
    const env = { ...this.#env, PORT: "0" };
    // In a group of its own, as a terminal does: Ctrl-C interrupts the command and all that it started.
    const child = spawn(command, parameters, { cwd: this.#directory, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(child, "close");
    const signal = (name: NodeJS.Signals) => child.pid !== undefined && process.kill(-child.pid, name);
    let output = "";
    const url = Promise.withResolvers<string>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const [, found] = /listens on (http:\S+?):? /.exec(output) ?? [];
        if (found !== undefined) url.resolve(found);
      });
    }
    void ended.then(() => url.reject(new Error(`${command} ${parameters.join(" ")} ended: ${output}`)));
    const stop = async () => {
      signal("SIGINT");
      await ended;
    };
    return { url: await url.promise, stop };
  }
}
