import { setTimeout } from "node:timers/promises";
import type { Placed } from "../kill/traffic.ts";
import { type OrderAnswer, WebClient } from "../web-client.ts";

const RETRY_MS = 200;
const ATTEMPT_MS_MAX = 5_000;
const WAIT_S = 4;

/** The results of one second. */
export interface Second {
  /** Orders whose reply had their end. */
  ended: number;
  /** Attempts that failed: no connection, no reply, or 503. */
  errors: number;
}

/**
 * Places a number of orders each second, whether earlier ones have ended or not. Each order is repeated under its key, at the other orchestrator
 * when one fails, until its reply has come.
 */
export class SteadyLoad {
  readonly placed: Placed[] = [];
  readonly seconds: Second[] = [];
  readonly #clients: readonly WebClient[];
  readonly #ordersPerSecond: number;
  readonly #underWay = new Set<Promise<void>>();
  readonly #startedAt = Date.now();
  #orders = 0;

  constructor(urls: readonly string[], ordersPerSecond: number) {
    this.#clients = urls.map((url) => new WebClient(url));
    this.#ordersPerSecond = ordersPerSecond;
  }

  get isSettled(): boolean {
    return this.#underWay.size === 0;
  }

  /** Places orders for a second, and does not wait for their ends. */
  async second(): Promise<void> {
    for (let order = 0; order < this.#ordersPerSecond; order += 1) {
      const placing = this.#place().finally(() => this.#underWay.delete(placing));
      this.#underWay.add(placing);
      await setTimeout(1_000 / this.#ordersPerSecond);
    }
  }

  async #place(): Promise<void> {
    this.#orders += 1;
    const number = this.#orders;
    const key = `order-${number}`;
    // The payments of user 2 are refused: their orders are undone.
    const order = { user_id: number % 5 === 0 ? 2 : 1, items: [{ product_id: 1 + (number % 4), quantity: 1 }] };
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#attempt(number + attempt, order, key);
      if (answer) {
        this.placed.push({ key, answer });
        this.#now().ended += 1;
        return;
      }
      this.#now().errors += 1;
      await setTimeout(RETRY_MS);
    }
  }

  async #attempt(number: number, order: object, key: string): Promise<OrderAnswer | undefined> {
    const client = this.#clients[number % this.#clients.length];
    try {
      const headers = { prefer: `wait=${WAIT_S}`, "idempotency-key": key };
      const answer = await client?.placeOrder(order, headers, AbortSignal.timeout(ATTEMPT_MS_MAX));
      return answer?.kind === "problem" && answer.status === 503 ? undefined : answer;
    } catch {
      // Whether the order was accepted is not known: it is repeated under its key.
      return undefined;
    }
  }

  #now(): Second {
    const index = Math.floor((Date.now() - this.#startedAt) / 1_000);
    while (this.seconds.length <= index) this.seconds.push({ ended: 0, errors: 0 });
    return this.seconds[index] ?? { ended: 0, errors: 0 };
  }
}
