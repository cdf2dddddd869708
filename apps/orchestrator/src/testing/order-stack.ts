import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import { ReplyJudge } from "saga-http/testing";
import type { Listening } from "service-kit";
import { compose, type Orchestrator } from "../compose.ts";
import { readConfig } from "../config.ts";
import { engineUnderTest } from "./engine-under-test.ts";
import { listenGateway } from "./gateway.ts";

type Variables = Readonly<Record<string, string>>;

interface OrderStackOptions {
  readonly keyed?: boolean;
  /** As the existing Store Manager is where the mock is better. */
  readonly isForgetful?: boolean;
  readonly variables?: Variables;
  /** Both are reached through a gateway as it stands before the existing services. */
  readonly gateway?: { readonly timeoutMs: number };
}

/** What a test sees of a reply. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Both mocks on free ports, and the orchestrator composed in this process on a journal of its own. */
export class OrderStack {
  readonly storeManager: Listening;
  readonly payments: Listening;
  /** The gateway that stands before both, where there is one. */
  readonly #front: Listening | undefined;
  readonly #directory: string;
  readonly #variables: Variables;
  #orchestrator: Orchestrator | undefined;
  #judge: ReplyJudge | undefined;

  private constructor(parts: {
    readonly storeManager: Listening;
    readonly payments: Listening;
    readonly front?: Listening;
    readonly directory: string;
    readonly variables: Variables;
    readonly orchestrator: Orchestrator;
  }) {
    this.storeManager = parts.storeManager;
    this.payments = parts.payments;
    this.#front = parts.front;
    this.#directory = parts.directory;
    this.#variables = parts.variables;
    this.#orchestrator = parts.orchestrator;
  }

  static async start({
    keyed = true,
    isForgetful = false,
    variables = {},
    gateway,
  }: OrderStackOptions = {}): Promise<OrderStack> {
    const [storeManager, payments] = await Promise.all([
      makeStoreManager({ keyed, isForgetful }).listen({ host: "127.0.0.1", port: 0 }),
      makePayments({ keyed }).listen({ host: "127.0.0.1", port: 0 }),
    ]);
    const front = gateway && (await listenGateway({ storeManagerUrl: storeManager.url, paymentsUrl: payments.url, ...gateway }));
    const directory = mkdtempSync(join(tmpdir(), "orchestrator-"));
    const environment = {
      JOURNAL_PATH: join(directory, "journal.sqlite"),
      STORE_MANAGER_URL: front ? `${front.url}/store-manager-api` : storeManager.url,
      PAYMENTS_URL: front ? `${front.url}/payments-api` : payments.url,
      STORE_MANAGER_KEYED: String(keyed),
      PAYMENTS_KEYED: String(keyed),
      RETRY_BACKOFF_MS_BASE: "1",
      RETRY_BACKOFF_MS_MAX: "20",
      ...engineUnderTest(),
      ...variables,
    };
    const orchestrator = await compose(readConfig(environment));
    return new OrderStack({ storeManager, payments, ...(front && { front }), directory, variables: environment, orchestrator });
  }

  /** Stops the orchestrator and starts it again on the same journal; meanwhile the journal can be changed. */
  async restart(change: (journalPath: string) => void = () => undefined): Promise<void> {
    await this.#stopOrchestrator();
    change(this.#variables["JOURNAL_PATH"] ?? "");
    this.#orchestrator = await compose(readConfig(this.#variables));
  }

  /** Lets the orchestrator go without a word, as a crash does, and starts it again on the same journal. */
  async crash(meanwhile: () => void = () => undefined): Promise<void> {
    const crashed = this.#orchestrator;
    crashed?.drain().catch(() => undefined);
    await crashed?.close();
    meanwhile();
    this.#orchestrator = await compose(readConfig(this.#variables));
  }

  /** Rejects when the orchestrator cannot go on. */
  get failed(): Promise<never> {
    return this.#running.failed;
  }

  async stop(): Promise<void> {
    await this.#stopOrchestrator();
    await Promise.all([this.#front?.close(), this.storeManager.close(), this.payments.close()]);
    rmSync(this.#directory, { recursive: true });
  }

  async #stopOrchestrator(): Promise<void> {
    // One whose journal failed has nothing to wait for.
    await this.#orchestrator?.drain().catch(() => undefined);
    await this.#orchestrator?.close();
    this.#orchestrator = undefined;
  }

  /** The one that runs. */
  get #running(): Orchestrator {
    if (!this.#orchestrator) throw new Error("The orchestrator does not run.");
    return this.#orchestrator;
  }

  /** What is answered, held to the OpenAPI document. */
  async request(path: string, init: RequestInit = {}): Promise<Told> {
    const ask = async (asked: string, how: RequestInit = {}) =>
      await this.#running.fetch(new Request(`http://orchestrator${asked}`, how));
    const reply = await ask(path, init);
    this.#judge ??= new ReplyJudge(await (await ask("/openapi.json")).json());
    const faults = await this.#judge.faultsOf(init.method ?? "GET", path.split("?")[0] ?? "", reply.clone());
    if (faults.length > 0) throw new Error(faults.join("; "));
    return await tell(reply);
  }

  async order(body: unknown, headers: Variables = {}): Promise<Told> {
    const json = { "content-type": "application/json", ...headers };
    return await this.request("/saga/order", { method: "POST", headers: json, body: JSON.stringify(body) });
  }

  async control(mock: Listening, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(`${mock.url}/control/${path}`, body === undefined ? {} : json);
    return (await tell(response)).body;
  }

  async fault(mock: Listening, fault: object): Promise<void> {
    await this.control(mock, "faults", fault);
  }

  /** The routes of every effect at both mocks, and what exists after them. */
  async effects(): Promise<{
    readonly routes: readonly string[];
    readonly orders: number;
    readonly stock: unknown;
    readonly payments: number;
  }> {
    const [storeLedger, paymentLedger, store, payments] = await Promise.all([
      this.control(this.storeManager, "ledger"),
      this.control(this.payments, "ledger"),
      this.control(this.storeManager, "state"),
      this.control(this.payments, "state"),
    ]);
    const routes = [...items(storeLedger["items"]), ...items(paymentLedger["items"])].map(({ route }) => String(route));
    return { routes, orders: items(store["orders"]).length, stock: store["stock"], payments: items(payments["payments"]).length };
  }
}

async function tell(response: Response): Promise<Told> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
}

function items(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}
