import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { clearTimeout, setTimeout } from "node:timers";
import type { ServiceEnd } from "../service-process.ts";
import type { Image } from "./dockerfile.ts";

/** Where an image is on this machine, and who runs it. */
export interface ContainerOptions {
  readonly image: Image;
  /** The directory that is its file system. Nothing but its volumes is writable for the user. */
  readonly root: string;
  /** The directory that stands for each of its volumes. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Where a Deno is that the user may run, in the place of that of the base image. */
  readonly programs: string;
  /** Who runs it. Default: this user. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly variables: Readonly<Record<string, string>>;
  /** How long after SIGTERM the engine kills it, in milliseconds. */
  readonly stopGraceMs: number;
}

interface Ended extends ServiceEnd {
  readonly output: string;
}

/** A container without an engine: the command line of its image, with the variables of its image, in the file system of its image. */
export class Container {
  readonly ended: Promise<Ended>;
  readonly #options: ContainerOptions;
  readonly #child: ChildProcess;
  #output = "";

  /** Starts the image. */
  constructor(options: ContainerOptions) {
    this.#options = options;
    this.#child = this.#spawn(options.image.entrypoint, options.variables);
    this.ended = ended(this.#child, (text) => {
      this.#output += text;
    });
  }

  /** Where it listens, on this machine. Rejects with its output when it ends before. */
  async url(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#child.stdout?.on("data", (chunk) => {
      const port = /listening on http:\/\/0\.0\.0\.0:(\d+)/.exec(String(chunk))?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    const over = this.ended.then(({ code, output }) => {
      throw new Error(`The container ended with ${code} before it listened:\n${output}`);
    });
    return await Promise.race([promise, over]);
  }

  get output(): string {
    return this.#output;
  }

  /** Runs another command in the same file system, as `docker exec` does. */
  async exec(command: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return await ended(this.#spawn(command, { ...this.#options.variables, ...variables }));
  }

  /** Stops it as an engine does: SIGTERM, and SIGKILL after the grace. */
  async stop(): Promise<Ended> {
    this.#signal("SIGTERM");
    const kill = setTimeout(() => this.#signal("SIGKILL"), this.#options.stopGraceMs);
    const end = await this.ended;
    clearTimeout(kill);
    return end;
  }

  /** Not by `child.kill`: after it, Deno reports that signal whatever ended the process. */
  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(this.#child.pid, signal);
    } catch {
      // It has ended already.
    }
  }

  #spawn([program = "", ...rest]: readonly string[], variables: Readonly<Record<string, string>>): ChildProcess {
    const { image, programs, user } = this.#options;
    const own = Object.entries(image.environment).map(([name, value]) => [name, this.#here(value)]);
    const here = rest.map((word) => this.#here(word));
    return spawn(program, here, {
      cwd: this.#here(image.workingDirectory),
      // Those of the base image, and of this one. Its home and its cache are not there, or not writable.
      env: { PATH: `${programs}:/usr/bin:/bin`, DENO_DIR: this.#here("/deno-dir"), ...Object.fromEntries(own), ...variables },
      stdio: ["ignore", "pipe", "pipe"],
      ...user,
    });
  }

  /** The same path on this machine, wherever one of the image's own stands in a text. */
  #here(text: string): string {
    const { root, volumes } = this.#options;
    return text.replaceAll(
      /(?<![\w./-])\/(app|data|deno-dir|run\/secrets)(?![\w-])/g,
      (path) => volumes[path] ?? `${root}${path}`,
    );
  }
}

function ended(child: ChildProcess, onText: (text: string) => void = () => undefined): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += String(chunk);
      onText(String(chunk));
    });
  }
  child.on("error", reject);
  child.on("close", (code, signal) => resolve({ code, signal, output }));
  return promise;
}
