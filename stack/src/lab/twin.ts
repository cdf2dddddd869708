import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "bench/child";
import { ServiceError, ServiceProcess } from "../service-process.ts";
import { startAgain } from "../start-again.ts";

export type TwinPart = "byHand" | "storeManager" | "payments";

/**
 * The orchestrator by hand of bench, with a Store Manager and a Payments of its own. It tries each call once and keeps nothing: when it is
 * started again after a kill, it knows nothing of what it did.
 */
export class Twin {
  readonly #directory: string;
  readonly #isDown = new Set<TwinPart>();
  /** The starts that are under way. */
  readonly #starts = new Map<TwinPart, Promise<void>>();
  readonly #isStopping: () => boolean;
  #isStopped = false;
  #storeManager: ServiceProcess;
  #payments: ServiceProcess;
  #byHand: Child;

  private constructor({ storeManager, payments, byHand }: TwinParts, directory: string, isStopping: () => boolean) {
    this.#isStopping = isStopping;
    this.#directory = directory;
    this.#storeManager = storeManager;
    this.#payments = payments;
    this.#byHand = byHand;
    for (const part of ["byHand", "storeManager", "payments"] as const) this.#watch(part).catch(() => undefined);
  }

  /** @param isStopping whether all ends: from then on nothing is started again. Default: only when the twin itself is stopped. */
  static async start(isKeyed: boolean, isStopping: () => boolean = () => false): Promise<Twin> {
    const directory = await mkdtemp(join(tmpdir(), "saga-twin-"));
    const startMock = (name: "mock-store-manager" | "mock-payments") =>
      ServiceProcess.start({
        name,
        variables: { PORT: "0", KEYED: String(isKeyed), STATE_FILE: join(directory, `${name}.jsonl`) },
      });
    const mocks = await Promise.allSettled([startMock("mock-store-manager"), startMock("mock-payments")]);
    const running = mocks.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    try {
      for (const result of mocks) if (result.status === "rejected") throw result.reason;
      const [storeManager, payments] = running;
      if (!storeManager || !payments) throw new Error("a mock did not start");
      const byHand = await startByHand({ storeManager, payments }, "0");
      return new Twin({ storeManager, payments, byHand }, directory, isStopping);
    } catch (error) {
      await Promise.all(running.map((mock) => mock.stop()));
      await rm(directory, { recursive: true });
      throw error;
    }
  }

  get urls(): Readonly<Record<TwinPart, string>> {
    return { byHand: this.#byHand.url, storeManager: this.#storeManager.url, payments: this.#payments.url };
  }

  pidOf(part: TwinPart): number | undefined {
    return this.#isDown.has(part) ? undefined : this.#part(part).pid;
  }

  async kill(part: TwinPart): Promise<void> {
    if (!this.#isDown.has(part)) await this.#part(part).stop("SIGKILL");
  }

  /** Starts a part that has ended, on its port. Two that ask at once start one, and both wait for it. */
  async restart(part: TwinPart): Promise<void> {
    const underWay = this.#starts.get(part);
    if (underWay !== undefined) return await underWay;
    if (this.#isEnding() || !this.#isDown.has(part)) return;
    const started = this.#startDown(part).finally(() => this.#starts.delete(part));
    this.#starts.set(part, started);
    await started;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    // What begins beside a stop is stopped too.
    await Promise.allSettled(this.#starts.values());
    const running = (["byHand", "storeManager", "payments"] as const).filter((part) => !this.#isDown.has(part));
    await Promise.all(running.map((part) => this.#part(part).stop()));
    await rm(this.#directory, { recursive: true });
  }

  #isEnding(): boolean {
    return this.#isStopped || this.#isStopping();
  }

  async #startDown(part: TwinPart): Promise<void> {
    const port = new URL(this.urls[part]).port;
    await startAgain(() => this.#start(part, port), { isStopping: () => this.#isEnding() });
    this.#isDown.delete(part);
    this.#watch(part).catch(() => undefined);
  }

  async #start(part: TwinPart, port: string): Promise<void> {
    switch (part) {
      case "byHand":
        this.#byHand = await startByHand({ storeManager: this.#storeManager, payments: this.#payments }, port);
        return;
      case "storeManager":
        this.#storeManager = await again(this.#storeManager, port);
        return;
      case "payments":
        this.#payments = await again(this.#payments, port);
        return;
    }
  }

  #part(part: TwinPart): ServiceProcess | Child {
    return { byHand: this.#byHand, storeManager: this.#storeManager, payments: this.#payments }[part];
  }

  /** The orchestrator by hand is started again as the other one is, a service when it is asked for. */
  async #watch(part: TwinPart): Promise<void> {
    await this.#part(part).ended;
    this.#isDown.add(part);
    // A Ctrl-C in a terminal ends all processes at once: then nothing is started.
    if (part === "byHand") await this.restart(part);
  }
}

interface TwinParts {
  readonly storeManager: ServiceProcess;
  readonly payments: ServiceProcess;
  readonly byHand: Child;
}

type Mocks = Readonly<Record<"storeManager" | "payments", { readonly url: string }>>;

async function startByHand({ storeManager, payments }: Mocks, port: string): Promise<Child> {
  const variables = { PORT: port, STORE_MANAGER_URL: storeManager.url, PAYMENTS_URL: payments.url };
  try {
    return await Child.start("bench/src/naive-process.ts", variables);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ServiceError(`The orchestrator by hand did not start: ${why}`, { cause: error });
  }
}

async function again({ name, variables }: ServiceProcess, port: string): Promise<ServiceProcess> {
  return await ServiceProcess.start({ name, variables: { ...variables, PORT: port } });
}
