import { type Stack as Processes, Stack, type StackOptions } from "stack";

/** What a test wants of the services. */
export interface ConsoleStackOptions {
  /** Whether the mocks keep keys. Default: false, so that a lost answer needs a human. */
  readonly keyed?: boolean;
  /** How long an order that is paid later waits for its payment, in milliseconds. Default: there are no such orders. */
  readonly paidLaterWaitMs?: number;
  /** More variables of the orchestrator. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The Restate node that sagas run on. Default: the embedded engine. */
  readonly restate?: StackOptions["restate"];
}

type Mock = "storeManager" | "payments";

const items = [{ product_id: 1, quantity: 1 }];

/** The three services as processes, and what a person would cause at them. */
export class ConsoleStack {
  readonly #processes: Processes;

  private constructor(processes: Processes) {
    this.#processes = processes;
  }

  static async start({
    keyed = false,
    paidLaterWaitMs,
    variables = {},
    restate,
  }: ConsoleStackOptions = {}): Promise<ConsoleStack> {
    return new ConsoleStack(
      await Stack.start({
        keyed,
        ...(paidLaterWaitMs !== undefined && { paidLaterWaitMs }),
        ...(restate && { restate }),
        variables: { RETRY_BACKOFF_MS_BASE: "40000", RETRY_BACKOFF_MS_MAX: "60000", SAGA_DEADLINE_MS: "3600000", ...variables },
      }),
    );
  }

  /** The address of the console. */
  get consoleUrl(): string {
    return `${this.url}/console`;
  }

  get url(): string {
    return this.#processes.orchestrator.url;
  }

  async stop(): Promise<void> {
    await this.#processes.stop();
  }

  async stopOrchestrator(): Promise<void> {
    await this.#processes.orchestrator.stop();
  }

  async restartOrchestrator(): Promise<void> {
    await this.#processes.restartOrchestrator();
  }

  /** Sets a fault of a mock's route. */
  async fault(mock: Mock, fault: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#control(mock, "POST", fault);
  }

  async clearFaults(): Promise<void> {
    await this.#control("storeManager", "DELETE");
    await this.#control("payments", "DELETE");
  }

  async #control(mock: Mock, method: string, body?: object): Promise<void> {
    const json = body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const reply = await fetch(`${this.#processes[mock].url}/control/faults`, { method, ...json });
    await reply.body?.cancel();
    if (!reply.ok) throw new Error(`${mock} refused a fault: ${reply.status}`);
  }

  /** Starts an order and returns the id of its saga, as soon as it ends, needs a human, or half a second has passed. */
  async order(headers: Readonly<Record<string, string>> = {}, definition = "order"): Promise<string> {
    const reply = await fetch(`${this.url}/saga/${definition}`, {
      method: "POST",
      headers: { "content-type": "application/json", prefer: "wait=0", ...headers },
      body: JSON.stringify({ user_id: 1, items }),
    });
    const body: unknown = await reply.json();
    if (typeof body !== "object" || body === null || !("saga_id" in body) || typeof body.saga_id !== "string")
      throw new Error(`no saga was started: ${JSON.stringify(body)}`);
    return body.saga_id;
  }

  /** Waits until a saga has a status. */
  async reach(id: string, status: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      const reply = await fetch(`${this.url}/sagas/${id}`, { headers });
      const saga: unknown = await reply.json();
      if (typeof saga === "object" && saga !== null && "status" in saga && saga.status === status) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the saga ${id} did not come to ${status}`);
  }

  /** A saga, as the API shows it. */
  async sagaOf(id: string): Promise<object> {
    const saga: unknown = await (await fetch(`${this.url}/sagas/${id}`)).json();
    if (typeof saga !== "object" || saga === null) throw new Error(`there is no saga ${id}`);
    return saga;
  }

  /** What the steps of a saga gave. */
  async dataOf(id: string): Promise<Readonly<Record<string, unknown>>> {
    const saga = await this.sagaOf(id);
    const data: unknown = "data" in saga ? saga.data : undefined;
    if (typeof data !== "object" || data === null) throw new Error(`the saga ${id} has no data`);
    return Object.fromEntries(Object.entries(data));
  }

  /** Waits until a saga is at a state. */
  async reachState(id: string, state: string): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      const saga: unknown = await (await fetch(`${this.url}/sagas/${id}`)).json();
      if (typeof saga === "object" && saga !== null && "state" in saga && saga.state === state) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the saga ${id} did not come to ${state}`);
  }

  /** An order that waits until it is paid. */
  async unpaid(): Promise<string> {
    const id = await this.order({}, "order-paid-later");
    await this.reachState(id, "AWAITING_PAYMENT");
    return id;
  }

  /** Some orders whose stock cannot be decreased for now. */
  async manyRetrying(count: number): Promise<readonly string[]> {
    await this.holdStocks();
    return await Promise.all(Array.from({ length: count }, () => this.order()));
  }

  /** What somebody else does to a saga, while a person looks at it. */
  async operate(id: string, route: string, body: object): Promise<void> {
    const reply = await fetch(`${this.url}/sagas/${id}/${route}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await reply.body?.cancel();
    if (!reply.ok) throw new Error(`${route} of ${id} was refused: ${reply.status}`);
  }

  /** An order that is done. */
  async completed(): Promise<string> {
    const id = await this.order();
    await this.reach(id, "completed");
    return id;
  }

  /** An order that was refused at its pivot, and undone. */
  async undone(): Promise<string> {
    await this.fault("payments", { route: "POST /payments", fault: "status", status: 402, error: "card declined", times: 1 });
    const id = await this.order();
    await this.reach(id, "cancelled");
    return id;
  }

  /** An order whose payment's answer was lost. */
  async inDoubt(): Promise<string> {
    await this.fault("payments", { route: "POST /payments", fault: "drop_after", times: 1 });
    const id = await this.order();
    await this.reach(id, "needs_intervention");
    return id;
  }

  /** The Store Manager says from now on that it can decrease no stock at present, which certainly had no effect. */
  async holdStocks(): Promise<void> {
    await this.fault("storeManager", {
      route: "PUT /stocks",
      fault: "status",
      status: 503,
      retry_after_s: 45,
      error: "maintenance",
    });
  }

  /** An order whose stock cannot be decreased for now. */
  async retrying(): Promise<string> {
    await this.holdStocks();
    return await this.order();
  }
}
