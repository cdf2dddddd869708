import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Usage, usageOf } from "./usage.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** One of the processes that take part in a measurement. */
export class Child {
  /** Where it listens. */
  readonly urls: readonly string[];
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, urls: readonly string[], ended: Promise<void>) {
    this.#child = child;
    this.urls = urls;
    this.ended = ended;
  }

  /** Resolves when it says where it listens. */
  static async start(script: string, variables: Readonly<Record<string, string>>): Promise<Child> {
    const child = spawn(process.execPath, ["run", "-A", "--no-prompt", join(root, script)], {
      env: { ...process.env, NO_COLOR: "1", ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const listening = Promise.withResolvers<readonly string[]>();
    const ended = Promise.withResolvers<void>();
    let said = "";
    child.stderr.on("data", (chunk) => {
      said = `${said}${String(chunk)}`.slice(-2_000);
    });
    child.stdout.on("data", (chunk) => {
      const urls = String(chunk).match(/http:\S+/g);
      if (urls) listening.resolve(urls);
    });
    child.on("close", () => {
      ended.resolve();
      listening.reject(new Error(`${script} ended before it listened: ${said}`));
    });
    return new Child(child, await listening.promise, ended.promise);
  }

  /** The orchestrator as it is started for real, on a port that is free. */
  static async orchestrator(variables: Readonly<Record<string, string>>): Promise<Child> {
    // Every order is waited for to its end, however slow the machine is at times.
    const patient = { PORT: "0", SYNC_WAIT_MS_MAX: "600000" };
    return await Child.start("apps/orchestrator/src/main.ts", { ...patient, ...variables });
  }

  get url(): string {
    return this.urls[0] ?? "";
  }

  get usage(): Usage {
    return usageOf(this.#child.pid);
  }

  /** Not `child.kill`: after it, Deno tells every end as that signal. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null) process.kill(this.#child.pid, signal);
    await this.ended;
  }
}
