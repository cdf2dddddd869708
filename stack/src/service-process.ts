import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { mockEnvironment } from "mock-kit";
import { environmentSchema, sdkVariables } from "orchestrator/config";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const mockVariables = Object.keys(mockEnvironment(0).shape);

/** The variables that each service reads, and no others. */
const variablesOf: Readonly<Record<ServiceName, readonly string[]>> = {
  orchestrator: [...Object.keys(environmentSchema.shape), ...sdkVariables],
  "mock-store-manager": mockVariables,
  "mock-payments": mockVariables,
};

export type ServiceName = "orchestrator" | "mock-store-manager" | "mock-payments";

export interface ServiceOptions {
  readonly name: ServiceName;
  readonly variables: Readonly<Record<string, string>>;
  /** The directory that it may write to; none where it keeps nothing. */
  readonly writes?: string;
  /** Gets what it says on standard error. */
  readonly onLog?: (line: string) => void;
}

/** How a service ended. */
export interface ServiceEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A service did not start; the message is what it said. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
}

/** One of our services as a process of its own, with no more rights than it needs. */
export class ServiceProcess {
  readonly name: ServiceName;
  readonly url: string;
  readonly ended: Promise<ServiceEnd>;
  readonly #child: ChildProcess;

  private constructor({
    name,
    url,
    child,
    ended,
  }: Pick<ServiceProcess, "name" | "url" | "ended"> & { readonly child: ChildProcess }) {
    this.name = name;
    this.url = url;
    this.ended = ended;
    this.#child = child;
  }

  /** Resolves when the service says that it listens; rejects with what it said when it ends instead. */
  static async start({ name, variables, writes, onLog }: ServiceOptions): Promise<ServiceProcess> {
    const child = spawn(process.execPath, denoArguments(name, writes), {
      env: { ...pickEnvironment(), ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ending = Promise.withResolvers<ServiceEnd>();
    const listening = Promise.withResolvers<string>();
    let said = "";
    child.on("error", listening.reject);
    child.on("close", (code, signal) => {
      ending.resolve({ code, signal });
      listening.reject(new ServiceError(`${name} ended before it listened (${describeEnd({ code, signal })}):\n${said.trim()}`));
    });
    child.stderr.on("data", (chunk) => {
      said += String(chunk);
      onLog?.(String(chunk));
    });
    child.stdout.on("data", (chunk) => {
      const url = /listening on (\S+)/.exec(String(chunk))?.[1];
      if (url) listening.resolve(url);
    });
    const url = await listening.promise;
    return new ServiceProcess({ name, url, child, ended: ending.promise });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends it with a signal, and resolves when it has ended. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<ServiceEnd> {
    if (this.pid !== undefined) send(signal, this.pid);
    return await this.ended;
  }
}

/** Not `child.kill`: after it, Deno tells every end as that signal, also an exit 0. */
function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already: a Ctrl-C in a terminal reaches all of us at once.
  }
}

export function describeEnd({ code, signal }: ServiceEnd): string {
  return signal === null ? `exit ${code ?? "unknown"}` : signal;
}

/** What Deno itself needs. A service gets its own variables from whoever starts it, and none that happen to be set. */
function pickEnvironment(): Readonly<Record<string, string>> {
  const names = ["PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "DENO_DIR", "NO_COLOR"];
  const picked = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(picked), DENO_NO_UPDATE_CHECK: "1" };
}

function denoArguments(name: ServiceName, writes: string | undefined): readonly string[] {
  return [
    "run",
    "--no-prompt",
    "--cached-only",
    "--no-remote",
    "--allow-net=127.0.0.1",
    // The owner of a journal says on which machine it is.
    "--allow-sys=hostname",
    `--allow-env=${variablesOf[name].join(",")}`,
    `--allow-read=${[root, ...(writes === undefined ? [] : [writes])].join(",")}`,
    ...(writes === undefined ? [] : [`--allow-write=${writes}`]),
    join(root, "apps", name, "src", "main.ts"),
  ];
}
