import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { restateServerBinary } from "./install.ts";
import { nodeConfiguration } from "./node-configuration.ts";
import { freePorts, type NodePorts } from "./node-ports.ts";

const START_MS_MAX = 60_000;
const POLL_MS = 50;
const STOP_MS_MAX = 10_000;

export interface RestateNodeOptions {
  readonly name?: string;
  /** The nodes of the cluster, including this one. Default: this one alone. */
  readonly cluster?: { readonly ports: readonly NodePorts[]; readonly index: number; readonly replication: number };
  readonly partitions?: number;
  readonly onInstall?: () => void;
}

/** A node did not start. The message has its last output. */
export class RestateNodeFailed extends Error {
  override readonly name = "RestateNodeFailed";
}

/** A Restate server on 127.0.0.1. Its files are deleted when it is stopped. */
export class RestateNode {
  readonly name: string;
  readonly ports: NodePorts;
  readonly directory: string;
  #child: ChildProcess;
  readonly #start: () => ChildProcess;

  private constructor(parts: {
    readonly name: string;
    readonly ports: NodePorts;
    readonly directory: string;
    readonly start: () => ChildProcess;
  }) {
    this.name = parts.name;
    this.ports = parts.ports;
    this.directory = parts.directory;
    this.#start = parts.start;
    this.#child = parts.start();
  }

  /** Starts a node, and resolves when it is ready. */
  static async start(options: RestateNodeOptions = {}): Promise<RestateNode> {
    const { name = "node-1", partitions = 4, cluster } = options;
    const binary = await restateServerBinary(options.onInstall);
    const ports = cluster?.ports[cluster.index] ?? (await freePorts());
    const directory = await mkdtemp(join(tmpdir(), `restate-${name}-`));
    const file = join(directory, "restate.toml");
    await writeFile(
      file,
      nodeConfiguration({ name, directory, partitions, cluster: cluster ?? { ports: [ports], index: 0, replication: 1 } }),
    );
    const start = () =>
      spawn(binary, ["--config-file", file], {
        cwd: directory,
        env: {
          HOME: directory,
          RESTATE_LOG_FILTER: "warn",
          RESTATE_LOG_DISABLE_ANSI_CODES: "true",
          DO_NOT_TRACK: "1",
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
    const node = new RestateNode({ name, ports, directory, start });
    try {
      await node.#ready();
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  }

  get ingressUrl(): string {
    return `http://127.0.0.1:${this.ports.ingress}`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.ports.admin}`;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Whether both its ingress and its admin API answer. */
  async isHealthy(): Promise<boolean> {
    const answers = await Promise.all([`${this.adminUrl}/health`, `${this.ingressUrl}/restate/health`].map(isOk));
    return answers.every((ok) => ok);
  }

  /** Kills it, as a crash does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Starts it again with the same files. */
  async restart(): Promise<void> {
    this.#child = this.#start();
    await this.#ready();
  }

  /** Stops it, and deletes its files. */
  async stop(): Promise<void> {
    await Promise.race([this.#end("SIGTERM"), setTimeout(STOP_MS_MAX, undefined, { ref: false })]);
    await this.#end("SIGKILL");
    await rm(this.directory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const { pid } = this;
    if (!this.isRunning || pid === undefined) return;
    const ended = once(this.#child, "exit");
    // Not `child.kill`: after it, Deno reports that signal whatever ended the process.
    process.kill(pid, signal);
    await ended;
  }

  async #ready(): Promise<void> {
    const child = this.#child;
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        output = `${output}${String(chunk)}`.slice(-4_000);
      });
    }
    const until = Date.now() + START_MS_MAX;
    while (!(await this.isHealthy())) {
      if (!this.isRunning || Date.now() >= until) throw new RestateNodeFailed(`${this.name} did not start:\n${output.trim()}`);
      await setTimeout(POLL_MS);
    }
  }
}

async function isOk(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url);
    await reply.body?.cancel();
    return reply.ok;
  } catch {
    return false;
  }
}
