import { stripVTControlCharacters } from "node:util";
import ansis from "ansis";
import { describeEnd, ServiceError, type ServiceProcess } from "./service-process.ts";
import type { Stack } from "./stack.ts";
import { startAgain } from "./start-again.ts";

export type MockName = "storeManager" | "payments";

export interface SupervisorOptions {
  readonly stack: Stack;
  readonly isStopping: () => boolean;
  readonly print: (text: string) => void;
}

/**
 * Restarts an orchestrator that ended, as a supervisor would, so that its recovery can be watched; says so of a mock, and starts it when it is
 * asked to. An orchestrator that cannot start, because somebody is changing it, is tried again when it is asked for.
 */
export class Supervisor {
  readonly #stack: Stack;
  readonly #isStopping: () => boolean;
  readonly #print: (text: string) => void;
  readonly #down = new Set<MockName | "orchestrator">();
  readonly #starting = new Map<MockName, Promise<void>>();
  #problem: string | undefined;
  #starts = 0;
  #asked: PromiseWithResolvers<void> | undefined;

  constructor({ stack, isStopping, print }: SupervisorOptions) {
    this.#stack = stack;
    this.#isStopping = isStopping;
    this.#print = print;
  }

  /** Never resolves while the stack runs. Rejects when something failed that nobody can correct meanwhile. */
  async watch(): Promise<void> {
    await Promise.all([this.#watchOrchestrator(), this.#watchMock("storeManager"), this.#watchMock("payments")]);
  }

  /** Why the orchestrator does not start; undefined: it runs, or is being started. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** How often the orchestrator was started again. */
  get starts(): number {
    return this.#starts;
  }

  /** The process id; undefined while it does not run. */
  pidOf(name: MockName | "orchestrator"): number | undefined {
    return this.#down.has(name) ? undefined : this.#stack[name].pid;
  }

  async kill(name: MockName | "orchestrator"): Promise<void> {
    if (this.#down.has(name)) return;
    await this.#stack[name].stop("SIGKILL");
  }

  /** Stops the orchestrator in order; it is started again with the code as it is then. One that could not start is tried again. */
  async reload(): Promise<void> {
    if (this.#asked) this.#asked.resolve();
    else if (!this.#down.has("orchestrator")) await this.#stack.orchestrator.stop();
  }

  /** Whether the stack stops: from then on nothing is started again. */
  get isStopping(): boolean {
    return this.#isStopping();
  }

  /** Starts a mock that has ended. Two that ask at once start one, and both wait for it. */
  async startMock(name: MockName): Promise<void> {
    const underWay = this.#starting.get(name);
    if (underWay !== undefined) return await underWay;
    if (this.#isStopping() || !this.#down.has(name)) return;
    const started = this.#startMock(name).finally(() => this.#starting.delete(name));
    this.#starting.set(name, started);
    await started;
  }

  async #startMock(name: MockName): Promise<void> {
    await startAgain(() => this.#stack.restartMock(name), { isStopping: this.#isStopping });
    this.#down.delete(name);
    const { name: service, url, pid } = this.#stack[name];
    this.#print(`  ${service} ${url} pid ${pid}`);
    this.#watchMock(name).catch(() => undefined);
  }

  async #watchOrchestrator(): Promise<void> {
    while (!this.#isStopping()) {
      const end = await this.#stack.orchestrator.ended;
      if (this.#isStopping()) return;
      this.#down.add("orchestrator");
      this.#print(ansis.yellow(`The orchestrator ended (${describeEnd(end)}). It is started again on its journal.`));
      await this.#startOrchestrator();
    }
  }

  async #startOrchestrator(): Promise<void> {
    while (!this.#isStopping()) {
      try {
        await startAgain(() => this.#stack.restartOrchestrator(), { isStopping: this.#isStopping });
        this.#problem = undefined;
        this.#starts += 1;
        this.#down.delete("orchestrator");
        this.#print(`  Orchestrator    ${this.#stack.orchestrator.url} pid ${this.#stack.orchestrator.pid}`);
        return;
      } catch (error) {
        if (this.#isStopping()) return;
        if (!(error instanceof ServiceError)) throw error;
        // A page shows it, and knows no colours of a terminal.
        this.#problem = stripVTControlCharacters(error.message);
        this.#print(ansis.yellow(`${error.message}\nCorrect that, and reload the definitions in the lab; or stop with Ctrl-C.`));
        this.#asked = Promise.withResolvers<void>();
        await this.#asked.promise;
        this.#asked = undefined;
        this.#problem = undefined;
      }
    }
  }

  async #watchMock(name: MockName): Promise<void> {
    const mock = this.#stack[name];
    const end = await mock.ended;
    if (this.#isStopping()) return;
    this.#down.add(name);
    this.#print(
      ansis.yellow(
        `${mock.name} ended (${describeEnd(end)}). Orders meet its absence from here on. Start it again in the lab, or with:`,
      ),
    );
    this.#print(`  ${startLineOf(mock)}`);
  }
}

function startLineOf(mock: ServiceProcess): string {
  const all = Object.entries({ ...mock.variables, PORT: new URL(mock.url).port });
  const variables = all.map(([name, value]) => `${name}=${value}`);
  return `${variables.join(" ")} npx --yes pnpm@12.21.0 --filter ${mock.name} start`;
}
