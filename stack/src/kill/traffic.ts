import { setTimeout } from "node:timers/promises";
import type { OrderAnswer, WebClient } from "../web-client.ts";
import type { Dice } from "./dice.ts";

/** An order that a client placed under a key, and the answer. */
export interface Placed {
  readonly key: string;
  readonly answer: OrderAnswer;
}

const RETRY_MS = 25;

/** Clients that place orders one after the other. Without an answer they repeat the order under the same key, as a careful client does. */
export class Traffic {
  readonly placed: Placed[] = [];
  readonly #client: WebClient;
  readonly #dice: Dice;
  readonly #callers: readonly Promise<void>[];
  #isEnding = false;
  #orders = 0;

  constructor(client: WebClient, dice: Dice, callers: number) {
    this.#client = client;
    this.#dice = dice;
    this.#callers = Array.from({ length: callers }, () => this.#call());
  }

  /** How many orders were placed, including those under way. */
  get orders(): number {
    return this.#orders;
  }

  /** Waits until every client has its answer, and places no more orders. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#callers);
  }

  async #call(): Promise<void> {
    while (!this.#isEnding) {
      this.#orders += 1;
      const key = `order-${this.#orders}`;
      const order = {
        // The payments of user 2 are refused.
        user_id: this.#dice.one(1, 1, 2, 3),
        items: [{ product_id: this.#dice.between(1, 4), quantity: this.#dice.between(1, 3) }],
      };
      const prefer = this.#dice.one("wait=1", "respond-async");
      this.placed.push({ key, answer: await this.#place(order, { prefer, "idempotency-key": key }) });
    }
  }

  async #place(order: object, headers: { readonly prefer: string; readonly "idempotency-key": string }): Promise<OrderAnswer> {
    for (;;) {
      try {
        const answer = await this.#client.placeOrder(order, headers);
        // It is starting, stopping or overloaded: the order had no effect.
        if (answer.kind !== "problem" || answer.status !== 503) return answer;
      } catch {
        // It was killed, or is starting: whether the order was accepted is not known.
      }
      await setTimeout(RETRY_MS);
    }
  }
}
