import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, type RestateNode } from "test-kit/restate";
import { type ServiceName, ServiceProcess } from "./service-process.ts";

const JOURNAL = "journal.sqlite";
const TOKENS = "tokens";

export interface StackOptions {
  /** Default: 0 each, which takes a free port. */
  readonly ports?: { readonly orchestrator: number; readonly storeManager: number; readonly payments: number };
  /** Whether the mocks are keyed, and configured as such. Default: true. */
  readonly keyed?: boolean;
  /** The Restate node that sagas run on. Default: the embedded engine. */
  readonly restate?: Pick<RestateNode, "ingressUrl" | "adminUrl">;
  /** How long an order of `order-paid-later` waits for its payment, in milliseconds. Default: that definition is not served, and Payments signals nobody. */
  readonly paidLaterWaitMs?: number;
  /** The lines of the orchestrator's file of tokens. Default: there is none, and nobody is authenticated. */
  readonly tokens?: string;
  /** A module that runs in the process of the orchestrator before it. Default: none. */
  readonly preload?: string;
  /** The URL of an OTLP receiver that all three export their spans to. Default: nothing is traced. */
  readonly tracesTo?: string;
  /** More variables of the orchestrator. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether a mock that was killed comes back with what it had. Default: false. */
  readonly keepsMocks?: boolean;
  /** Called with what the orchestrator writes to standard error, and Payments. */
  readonly onLog?: (line: string) => void;
}

/** The three services on 127.0.0.1, with a directory for the journal that is deleted when they are stopped. */
export class Stack {
  storeManager: ServiceProcess;
  payments: ServiceProcess;
  orchestrator: ServiceProcess;
  readonly #directory: string;
  readonly #options: StackOptions;

  private constructor(
    parts: Pick<Stack, "storeManager" | "payments" | "orchestrator">,
    directory: string,
    options: StackOptions,
  ) {
    this.storeManager = parts.storeManager;
    this.payments = parts.payments;
    this.orchestrator = parts.orchestrator;
    this.#directory = directory;
    this.#options = options;
  }

  static async start(given: StackOptions = {}): Promise<Stack> {
    const options = given.restate ? { ...given, variables: await onRestate(given.restate, given.variables) } : given;
    const { ports = { orchestrator: 0, storeManager: 0, payments: 0 }, keyed = true, onLog } = options;
    const KEYED = String(keyed);
    const port = options.paidLaterWaitMs === undefined ? ports.orchestrator : await knownPort(ports.orchestrator);
    const signals = options.paidLaterWaitMs === undefined ? {} : { SIGNAL_URL: signalUrlAt(port) };
    const directory = await mkdtemp(join(tmpdir(), "saga-stack-"));
    if (options.tokens !== undefined) await writeFile(join(directory, TOKENS), options.tokens);
    const started = await Promise.allSettled([
      ServiceProcess.start({
        name: "mock-store-manager",
        variables: {
          PORT: String(ports.storeManager),
          KEYED,
          ...stateOf("mock-store-manager", directory, options),
          ...tracesOf("mock-store-manager", options),
        },
      }),
      ServiceProcess.start({
        name: "mock-payments",
        variables: {
          PORT: String(ports.payments),
          KEYED,
          ...signals,
          ...stateOf("mock-payments", directory, options),
          ...tracesOf("mock-payments", options),
        },
        ...(onLog && { onLog }),
      }),
    ]);
    const running = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    try {
      for (const result of started) if (result.status === "rejected") throw result.reason;
      const [storeManager, payments] = running;
      if (!storeManager || !payments) throw new Error("a mock did not start");
      const orchestrator = await startOrchestrator({ storeManager, payments }, port, directory, options);
      return new Stack({ storeManager, payments, orchestrator }, directory, options);
    } catch (error) {
      await Promise.all(running.map((service) => service.stop()));
      await rm(directory, { recursive: true });
      throw error;
    }
  }

  get journalPath(): string {
    return join(this.#directory, JOURNAL);
  }

  /**
   * Restarts a stopped orchestrator on its port and its journal.
   *
   * @param more variables of this process alone. Default: none.
   */
  async restartOrchestrator(more: StackOptions["variables"] = {}): Promise<void> {
    const port = Number(new URL(this.orchestrator.url).port);
    const variables = { ...this.#options.variables, ...more };
    this.orchestrator = await startOrchestrator(this, port, this.#directory, { ...this.#options, variables });
  }

  /** Starts a mock that has ended, as it was: on its port, with its variables. */
  async restartMock(name: "storeManager" | "payments"): Promise<void> {
    const { name: service, url, variables } = this[name];
    const { onLog } = this.#options;
    this[name] = await ServiceProcess.start({
      name: service,
      variables: { ...variables, PORT: new URL(url).port },
      ...(onLog && { onLog }),
    });
  }

  /** Stops all three, the orchestrator first, so that it can finish its sagas, and deletes their files. */
  async stop(): Promise<void> {
    await this.orchestrator.stop();
    await Promise.all([this.storeManager.stop(), this.payments.stop()]);
    await rm(this.#directory, { recursive: true });
  }
}

/** The variables of the engine on Restate. Restate calls the orchestrator at the same port after each restart. */
async function onRestate(
  { ingressUrl, adminUrl }: Pick<RestateNode, "ingressUrl" | "adminUrl">,
  variables: StackOptions["variables"],
) {
  return {
    ENGINE: "restate",
    RESTATE_INGRESS_URL: ingressUrl,
    RESTATE_ADMIN_URL: adminUrl,
    RESTATE_ENDPOINT_PORT: String((await freePorts()).node),
    ...variables,
  };
}

/** Payments must know the port of the orchestrator, which starts after it. */
async function knownPort(port: number): Promise<number> {
  return port === 0 ? (await freePorts()).node : port;
}

function signalUrlAt(port: number): string {
  return `http://127.0.0.1:${port}/signals/order-paid-later/await-payment`;
}

/** The variable of the file by which a mock comes back. */
function stateOf(name: ServiceName, directory: string, { keepsMocks = false }: StackOptions): Readonly<Record<string, string>> {
  return keepsMocks ? { STATE_FILE: join(directory, `${name}.jsonl`) } : {};
}

type Mocks = { readonly storeManager: { readonly url: string }; readonly payments: { readonly url: string } };

/** The variables by which Deno exports the spans of a service, soon after they end. */
function tracesOf(name: ServiceName, { tracesTo }: StackOptions): Readonly<Record<string, string>> {
  if (tracesTo === undefined) return {};
  return {
    OTEL_DENO: "true",
    OTEL_DENO_CONSOLE: "ignore",
    OTEL_DENO_METRICS: "false",
    OTEL_SERVICE_NAME: name,
    OTEL_EXPORTER_OTLP_ENDPOINT: tracesTo,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_BSP_SCHEDULE_DELAY: "50",
    OTEL_TRACES_SAMPLER: "parentbased_always_on",
  };
}

function startOrchestrator(
  { storeManager, payments }: Mocks,
  port: number,
  directory: string,
  { keyed = true, paidLaterWaitMs, tokens, preload, variables, onLog, tracesTo }: StackOptions,
) {
  return ServiceProcess.start({
    name: "orchestrator",
    ...(onLog && { onLog }),
    ...(preload !== undefined && { preload }),
    variables: {
      PORT: String(port),
      ...(tokens !== undefined && { AUTH_TOKENS_FILE: join(directory, TOKENS) }),
      JOURNAL_PATH: join(directory, JOURNAL),
      STORE_MANAGER_URL: storeManager.url,
      STORE_MANAGER_KEYED: String(keyed),
      PAYMENTS_URL: payments.url,
      PAYMENTS_KEYED: String(keyed),
      ...(paidLaterWaitMs !== undefined && { PAID_LATER_WAIT_MS: String(paidLaterWaitMs) }),
      ...tracesOf("orchestrator", tracesTo === undefined ? {} : { tracesTo }),
      ...variables,
    },
  });
}
