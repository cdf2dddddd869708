import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { END_WITH_PARENT } from "service-kit";
import { type Usage, usageOf } from "./usage.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A process of a measurement. */
export class Child {
  /** The URLs that it listens on. */
  readonly urls: readonly string[];
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, urls: readonly string[], ended: Promise<void>) {
    this.#child = child;
    this.urls = urls;
    this.ended = ended;
  }

  /** Starts a process, and resolves when it has printed its URLs. */
  static async start(script: string, variables: Readonly<Record<string, string>>): Promise<Child> {
    const child = spawn(process.execPath, ["run", "-A", "--no-prompt", join(root, script), END_WITH_PARENT], {
      env: { ...process.env, NO_COLOR: "1", ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const listening = Promise.withResolvers<readonly string[]>();
    const ended = Promise.withResolvers<void>();
    let output = "";
    child.stderr.on("data", (chunk) => {
      output = `${output}${String(chunk)}`.slice(-2_000);
    });
    child.stdout.on("data", (chunk) => {
      const urls = String(chunk).match(/http:\S+/g);
      if (urls) listening.resolve(urls);
    });
    child.on("close", () => {
      ended.resolve();
      listening.reject(new Error(`${script} ended before it listened: ${output}`));
    });
    return new Child(child, await listening.promise, ended.promise);
  }

  /** Starts the orchestrator as its start script does, on a free port. */
  static async orchestrator(variables: Readonly<Record<string, string>>): Promise<Child> {
    // Each caller waits for the end of its order, also on a slow machine.
    const patient = { PORT: "0", SYNC_WAIT_MS_MAX: "600000" };
    return await Child.start("apps/orchestrator/src/main.ts", { ...patient, ...variables });
  }

  get url(): string {
    return this.urls[0] ?? "";
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get usage(): Usage {
    return usageOf(this.#child.pid);
  }

  /** Not by `child.kill`: after it, Deno reports that signal whatever ended the process. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    try {
      if (this.#child.pid !== undefined && this.#child.exitCode === null) process.kill(this.#child.pid, signal);
    } catch {
      // It has ended already: a Ctrl-C in a terminal reaches all processes at once.
    }
    await this.ended;
  }
}
