import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import process from "node:process";
import { clearTimeout, setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
import { freePorts, RestateNode } from "test-kit/restate";
import { z } from "zod";
import { Stack } from "../stack.ts";
import { call } from "../wire.ts";
import type { Credential, SurfaceName } from "./request.ts";

export type EngineName = "embedded" | "restate";

/** What each credential of the file of tokens may do. Two subjects start sagas, so that one may be asked for the other's. */
const lines: Readonly<Partial<Record<Credential, string>>> = {
  start: "shop start",
  another: "another start",
  signal: "payments signal",
  read: "grace read",
  operate: "ada operate",
  expired: "old operate expires=2020-01-01",
};

const PLENTY = 100_000_000;
const PRODUCTS = [1, 2, 3, 4];
/** So many orders meet a cut connection at the unkeyed Store Manager: they come to need a human, who may answer. */
const STUCK_ORDERS = 12;

/** Short waits, so that no request is answered late on purpose. */
const variables = {
  SYNC_WAIT_MS_MAX: "1000",
  SIGNAL_WAIT_MS_MAX: "20",
  PAID_LATER_WAIT_MS: "3000",
  RETRY_BACKOFF_MS_BASE: "10",
  RETRY_BACKOFF_MS_MAX: "200",
  // Orders go on while some of them need a human.
  AUTO_PAUSE_COUNT_MIN: "0",
  LOG_LEVEL: "error",
  DENO_V8_FLAGS: "--expose-gc",
};

/** The real processes, with a token for each role and a port for operators. */
export class Target {
  readonly #stack: Stack;
  readonly #node: RestateNode | undefined;
  readonly #tokens: ReadonlyMap<Credential, string>;
  readonly #ports: Readonly<Record<SurfaceName, number>>;
  readonly #log: Log;

  private constructor(parts: {
    readonly stack: Stack;
    readonly node: RestateNode | undefined;
    readonly tokens: ReadonlyMap<Credential, string>;
    readonly operatorPort: number;
    readonly log: Log;
  }) {
    this.#stack = parts.stack;
    this.#node = parts.node;
    this.#tokens = parts.tokens;
    this.#ports = { callers: Number(new URL(parts.stack.orchestrator.url).port), operators: parts.operatorPort };
    this.#log = parts.log;
  }

  static async start(engine: EngineName): Promise<Target> {
    const tokens = new Map(
      Object.keys(lines).map((credential) => [credential, `saga_${randomBytes(32).toString("base64url")}`] as const),
    );
    const node = engine === "restate" ? await RestateNode.start() : undefined;
    const operatorPort = (await freePorts()).node;
    const log = new Log();
    try {
      const stack = await Stack.start({
        keyed: false,
        ...(node && { restate: node }),
        tokens: [...tokens]
          .map(([name, token]) => `sha256:${hashOf(token)} ${Object.entries(lines).find(([each]) => each === name)?.[1]}\n`)
          .join(""),
        preload: fileURLToPath(new URL("./report-heap.ts", import.meta.url)),
        variables: { ...variables, OPERATOR_PORT: String(operatorPort) },
        onLog: (text) => log.write(text),
      });
      const known = new Map<Credential, string>(
        [...tokens].flatMap(([name, token]) => (isCredential(name) ? [[name, token]] : [])),
      );
      const target = new Target({ stack, node, tokens: known, operatorPort, log });
      await target.#prepare();
      return target;
    } catch (error) {
      await node?.stop();
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    const { storeManager, payments } = this.#stack;
    for (const product_id of PRODUCTS) await call(`${storeManager.url}/stocks`, z.unknown(), { product_id, quantity: PLENTY });
    await call(`${payments.url}/control/refused-users`, z.unknown(), { users: [2] });
    await call(`${storeManager.url}/control/faults`, z.unknown(), {
      route: "POST /orders",
      fault: "drop_after",
      times: STUCK_ORDERS,
    });
  }

  portOf(surface: SurfaceName): number {
    return this.#ports[surface];
  }

  /** The `Authorization` of a credential. */
  authorizationOf(credential: Credential): string | undefined {
    if (credential === "none") return undefined;
    if (credential === "malformed") return "Bearer a b";
    return `Bearer ${this.tokenOf(credential)}`;
  }

  tokenOf(credential: Credential): string {
    return this.#tokens.get(credential) ?? "saga_wrong";
  }

  get mockUrls(): readonly [string, string] {
    return [this.#stack.storeManager.url, this.#stack.payments.url];
  }

  /** Gets or posts as an operator. */
  async ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.tokenOf("operate")}`, "content-type": "application/json" };
    const reply = await fetch(`http://127.0.0.1:${this.#ports.operators}${path}`, { ...init, headers });
    if (!reply.ok) throw new Error(`${path} was answered ${reply.status}: ${await reply.text()}`);
    return await reply.json();
  }

  /** What the orchestrator wrote to its log: nothing at this level, if nothing is wrong. */
  get log(): string {
    return this.#log.text;
  }

  /** Resolves with how the orchestrator ended, which it must not. */
  get ended(): Promise<unknown> {
    return this.#stack.orchestrator.ended;
  }

  /** The bytes in use after a collection of all garbage. */
  async heapUsed(): Promise<number> {
    const { pid } = this.#stack.orchestrator;
    const said = this.#log.nextHeap();
    if (pid !== undefined) process.kill(pid, "SIGUSR2");
    return await said;
  }

  /** How many connections of clients the orchestrator holds; undefined where Linux does not say it. */
  connections(): number | undefined {
    try {
      const ports = new Set(Object.values(this.#ports).map((port) => port.toString(16).toUpperCase().padStart(4, "0")));
      const rows = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
      const held = rows
        .map((row) => row.trim().split(/\s+/))
        .filter(([, local = "", , state = ""]) => ports.has(local.split(":")[1] ?? "") && !NOT_HELD.has(state));
      return held.length;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    await this.#stack.stop();
    await this.#node?.stop();
  }
}

/** Listening, and the wait of the system after the end of a connection. */
const NOT_HELD = new Set(["0A", "06"]);

function isCredential(name: string): name is Credential {
  return Object.hasOwn(lines, name);
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

const HEAP_MS_MAX = 30_000;

/** What the process writes to standard error: its log, and its heap where it is asked for it. */
class Log {
  #text = "";
  #onHeap: (bytes: number) => void = () => undefined;

  get text(): string {
    return this.#text;
  }

  write(text: string): void {
    const heap = /^heap (\d+)$/m.exec(text)?.[1];
    if (heap !== undefined) this.#onHeap(Number(heap));
    this.#text = `${this.#text}${text.replaceAll(/^heap \d+\n/gm, "")}`.slice(-20_000);
  }

  async nextHeap(): Promise<number> {
    const said = Promise.withResolvers<number>();
    this.#onHeap = said.resolve;
    const timer = setTimeout(() => said.reject(new Error("The orchestrator does not say how much memory it uses.")), HEAP_MS_MAX);
    try {
      return await said.promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
