import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import type { Drained } from "saga-core";
import { ReplyJudge } from "saga-http/testing";
import { type Listening, listen } from "service-kit";
import { compose, type Orchestrator } from "../../compose.ts";
import { readConfig } from "../../config.ts";
import { engineUnderTest } from "./engine-under-test.ts";
import { listenGateway } from "./gateway.ts";

type Variables = Readonly<Record<string, string>>;

export interface OrderStackOptions {
  readonly keyed?: boolean;
  /** Whether the Store Manager has the defects of the existing one, which the mock lacks. */
  readonly isForgetful?: boolean;
  /** Whether the Store Manager gives the id of a deleted order out again. */
  readonly reusesIds?: boolean;
  readonly variables?: Variables;
  /** The bearer token that both participants ask for. Default: none. */
  readonly requiredToken?: string;
  /** Serves `order-paid-later`, whose orders wait so long, in milliseconds, and lets Payments signal what it processed. */
  readonly paidLaterWaitMs?: number;
  /** Puts both participants behind a gateway like that of the existing services. */
  readonly gateway?: { readonly timeoutMs: number };
  /** Puts something in front of the Store Manager. */
  readonly storeManagerFront?: (storeManagerUrl: string) => Promise<Listening>;
  /** Puts something in front of the Payments API. */
  readonly paymentsFront?: (paymentsUrl: string) => Promise<Listening>;
}

/** A reply that has been read; a body that is not JSON is in its member `text`. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Both mocks on free ports, and an orchestrator in this process with its own journal. */
export class OrderStack {
  readonly storeManager: Listening;
  readonly payments: Listening;
  /** What stands in front of the participants. */
  readonly #fronts: readonly Listening[];
  readonly #directory: string;
  readonly #variables: Variables;
  #orchestrator: Orchestrator | undefined;
  #judge: ReplyJudge | undefined;

  private constructor(parts: {
    readonly storeManager: Listening;
    readonly payments: Listening;
    readonly fronts: readonly Listening[];
    readonly directory: string;
    readonly variables: Variables;
    readonly orchestrator: Orchestrator;
  }) {
    this.storeManager = parts.storeManager;
    this.payments = parts.payments;
    this.#fronts = parts.fronts;
    this.#directory = parts.directory;
    this.#variables = parts.variables;
    this.#orchestrator = parts.orchestrator;
  }

  static async start({
    keyed = true,
    isForgetful = false,
    reusesIds = false,
    requiredToken,
    variables = {},
    paidLaterWaitMs,
    gateway: gatewayOptions,
    storeManagerFront,
    paymentsFront,
  }: OrderStackOptions = {}): Promise<OrderStack> {
    const at = { host: "127.0.0.1", port: 0 };
    const door = new Door();
    const doorway = paidLaterWaitMs === undefined ? undefined : await listen({ fetch: (request) => door.fetch(request), ...at });
    const signalUrl = doorway && `${doorway.url}/signals/order-paid-later/await-payment`;
    const asked = requiredToken === undefined ? {} : { requiredToken };
    const [storeManager, payments] = await Promise.all([
      makeStoreManager({ keyed, isForgetful, reusesIds, ...asked }).listen(at),
      makePayments({ keyed, ...asked, ...(signalUrl !== undefined && { signalUrl }) }).listen(at),
    ]);
    const gateway =
      gatewayOptions &&
      (await listenGateway({ storeManagerUrl: storeManager.url, paymentsUrl: payments.url, ...gatewayOptions }));
    const [storeFront, paymentFront] = [await storeManagerFront?.(storeManager.url), await paymentsFront?.(payments.url)];
    const directory = mkdtempSync(join(tmpdir(), "orchestrator-"));
    const environment = {
      JOURNAL_PATH: join(directory, "journal.sqlite"),
      STORE_MANAGER_URL: gateway ? `${gateway.url}/store-manager-api` : (storeFront ?? storeManager).url,
      PAYMENTS_URL: gateway ? `${gateway.url}/payments-api` : (paymentFront ?? payments).url,
      STORE_MANAGER_KEYED: String(keyed),
      PAYMENTS_KEYED: String(keyed),
      RETRY_BACKOFF_MS_BASE: "1",
      RETRY_BACKOFF_MS_MAX: "20",
      ...(paidLaterWaitMs !== undefined && { PAID_LATER_WAIT_MS: String(paidLaterWaitMs) }),
      ...engineUnderTest(),
      ...variables,
    };
    const orchestrator = await compose(readConfig(environment));
    const stack = new OrderStack({
      storeManager,
      payments,
      fronts: [gateway, storeFront, paymentFront, doorway].filter((front) => front !== undefined),
      directory,
      variables: environment,
      orchestrator,
    });
    door.stack = stack;
    return stack;
  }

  /** Stops the orchestrator, changes its journal, and starts it again on that journal, with further variables; `undefined` unsets one. */
  async restart(
    change: (journalPath: string) => void = () => undefined,
    variables: Readonly<Record<string, string | undefined>> = {},
  ): Promise<void> {
    await this.#stopOrchestrator();
    change(this.journalPath);
    this.#orchestrator = await compose(readConfig({ ...this.#variables, ...variables }));
  }

  /** Closes the orchestrator without draining it, like a crash, and starts it again on the same journal. */
  async crash(meanwhile: () => void = () => undefined): Promise<void> {
    const crashed = this.#orchestrator;
    crashed?.drain().catch(() => undefined);
    await crashed?.close().catch(() => undefined);
    meanwhile();
    this.#orchestrator = await compose(readConfig(this.#variables));
  }

  /** Drains the orchestrator, which then still answers requests. */
  async drain(): Promise<Drained> {
    return await this.#running.drain();
  }

  /** Closes the orchestrator, which then answers no request. */
  async close(): Promise<void> {
    await this.#running.close();
    this.#orchestrator = undefined;
  }

  get journalPath(): string {
    return this.#variables["JOURNAL_PATH"] ?? "";
  }

  /** Rejects when the orchestrator can run no more sagas. */
  get failed(): Promise<never> {
    return this.#running.failed;
  }

  async stop(): Promise<void> {
    await this.#stopOrchestrator();
    await Promise.all([...this.#fronts, this.storeManager, this.payments].map((each) => each.close()));
    rmSync(this.#directory, { recursive: true });
  }

  async #stopOrchestrator(): Promise<void> {
    // Both reject if the journal failed.
    await this.#orchestrator?.drain().catch(() => undefined);
    await this.#orchestrator?.close().catch(() => undefined);
    this.#orchestrator = undefined;
  }

  get #running(): Orchestrator {
    if (!this.#orchestrator) throw new Error("The orchestrator is not running.");
    return this.#orchestrator;
  }

  /** Sends a request. Throws if the reply breaks the OpenAPI document. */
  async request(path: string, init: RequestInit = {}): Promise<HttpReply> {
    const reply = await this.fetch(new Request(`http://orchestrator${path}`, init));
    this.#judge ??= new ReplyJudge(await (await this.fetch(new Request("http://orchestrator/openapi.json"))).json());
    const faults = await this.#judge.faultsOf(init.method ?? "GET", path.split("?")[0] ?? "", reply.clone());
    if (faults.length > 0) throw new Error(faults.join("; "));
    return await readReply(reply);
  }

  /** Answers a request as the orchestrator does. */
  async fetch(request: Request): Promise<Response> {
    return await this.#running.fetch(request);
  }

  async order(body: unknown, headers: Variables = {}): Promise<HttpReply> {
    const json = { "content-type": "application/json", ...headers };
    return await this.request("/saga/order", { method: "POST", headers: json, body: JSON.stringify(body) });
  }

  async control(mock: Listening, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(`${mock.url}/control/${path}`, body === undefined ? {} : json);
    return (await readReply(response)).body;
  }

  async fault(mock: Listening, fault: object): Promise<void> {
    await this.control(mock, "faults", fault);
  }

  /** The routes of every effect at both mocks, and the data that exists after them. */
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

/** The address of the orchestrator for those who send to it; nobody answers there while it is stopped. */
class Door {
  stack: OrderStack | undefined;

  async fetch(request: Request): Promise<Response> {
    try {
      return (await this.stack?.fetch(request)) ?? new Response(null, { status: 503 });
    } catch {
      return new Response(null, { status: 503 });
    }
  }
}

async function readReply(response: Response): Promise<HttpReply> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
}

function items(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}
