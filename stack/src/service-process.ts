import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { knownMocks, mockPermissions, variablesOfMock } from "mock-kit";
import { readConfig } from "orchestrator/config";
import { permissionsOf, permittedVariables } from "orchestrator/permissions";
import { denoArguments, END_WITH_PARENT, EnvironmentError, type Permissions } from "service-kit";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export type ServiceName = "orchestrator" | "mock-store-manager" | "mock-payments";

export interface ServiceOptions {
  readonly name: ServiceName;
  readonly variables: Readonly<Record<string, string>>;
  /** Its limit of open files (`ulimit -n`). Default: the limit of this process. */
  readonly openFilesMax?: number;
  /** A module that runs in its process before it. Default: none. */
  readonly preload?: string;
  /** Called with its output to standard error. */
  readonly onLog?: (line: string) => void;
}

/** How a service ended. */
export interface ServiceEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A service did not start. The message has its output. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
}

/** A service in its own process, with the permissions that its `start` gives it. */
export class ServiceProcess {
  readonly name: ServiceName;
  readonly url: string;
  /** Those that it was started with. */
  readonly variables: Readonly<Record<string, string>>;
  readonly ended: Promise<ServiceEnd>;
  readonly #child: ChildProcess;

  private constructor({
    name,
    url,
    variables,
    child,
    ended,
  }: Pick<ServiceProcess, "name" | "url" | "variables" | "ended"> & { readonly child: ChildProcess }) {
    this.name = name;
    this.url = url;
    this.variables = variables;
    this.ended = ended;
    this.#child = child;
  }

  /** Starts a service, and resolves when it has printed its URL. Rejects with its output when it ends before. */
  static async start({ name, variables, openFilesMax, preload, onLog }: ServiceOptions): Promise<ServiceProcess> {
    const main = join(root, "apps", name, "src", "main.ts");
    const confined = denoArguments(await permissionsFor(name, variables), main);
    const preloaded = preload === undefined ? confined : confined.toSpliced(-1, 0, `--preload=${preload}`);
    const [program = "", ...rest] = [...limitOpenFiles(openFilesMax), process.execPath, ...preloaded, END_WITH_PARENT];
    const child = spawn(program, rest, {
      env: { ...pickEnvironment(), ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ending = Promise.withResolvers<ServiceEnd>();
    const listening = Promise.withResolvers<string>();
    let output = "";
    child.on("error", listening.reject);
    child.on("close", (code, signal) => {
      ending.resolve({ code, signal });
      listening.reject(
        new ServiceError(`${name} ended before it listened (${describeEnd({ code, signal })}):\n${output.trim()}`),
      );
    });
    child.stderr.on("data", (chunk) => {
      output += String(chunk);
      onLog?.(String(chunk));
    });
    child.stdout.on("data", (chunk) => {
      const url = /listening on (\S+)/.exec(String(chunk))?.[1];
      if (url) listening.resolve(url);
    });
    const url = await listening.promise;
    return new ServiceProcess({ name, url, variables, child, ended: ending.promise });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a signal, and resolves when the process has ended. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<ServiceEnd> {
    if (this.pid !== undefined) send(signal, this.pid);
    return await this.ended;
  }
}

/** Not by `child.kill`: after it, Deno reports that signal whatever ended the process, also for an exit 0. */
function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already: a Ctrl-C in a terminal reaches all processes at once.
  }
}

export function describeEnd({ code, signal }: ServiceEnd): string {
  return signal === null ? `exit ${code ?? "unknown"}` : signal;
}

/** The variables that Deno needs. A service gets its own variables from its caller, and no others of this environment. */
function pickEnvironment(): Readonly<Record<string, string>> {
  const names = ["PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "DENO_DIR", "NO_COLOR"];
  const picked = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(picked), DENO_NO_UPDATE_CHECK: "1" };
}

function limitOpenFiles(max: number | undefined): readonly string[] {
  return max === undefined ? [] : ["/bin/sh", "-c", `ulimit -n ${max}; exec "$0" "$@"`];
}

/** As its `start` computes them. With variables that it refuses it may only read them, to say so. */
async function permissionsFor(name: ServiceName, variables: ServiceOptions["variables"]): Promise<Permissions> {
  try {
    if (name === "orchestrator") return await permissionsOf(readConfig(variables));
    return await mockPermissions(knownMocks[name], variables);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    const env = name === "orchestrator" ? permittedVariables : variablesOfMock(knownMocks[name]);
    return { net: [], read: [], write: [], sys: [], env };
  }
}
