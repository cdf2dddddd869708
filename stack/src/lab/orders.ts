import { isInShare } from "mock-kit";
import type { OrderState, PlacedOrder } from "saga-lab/api";
import { z } from "zod";
import { SICK_CUSTOMER } from "./faults.ts";

/** More would make the page slow, and the stock of the mocks ends at a thousand. */
export const ORDERS_MAX = 600;

const PRODUCT = 1;
/** More than the stock has. */
const TOO_MANY = 100_000;
/** The one customer has each fifth order, the first of them too. */
const SICK_EACH = 5;
const ACCEPTED_WITHIN_MS = 30_000;
const AGAIN_MS = 250;
/** How many orders are under way by hand at the same time. More would meet the deadlines of its calls on a slow machine, without any fault. */
const BY_HAND_AT_ONCE = 16;

/** An order that was sent to both orchestrators. */
export interface LabOrder {
  readonly number: number;
  readonly customer: number;
  /** Its key at both: the one by hand names its effects by it. */
  readonly key: string;
  /** Undefined until this orchestrator accepted it. */
  sagaId: string | undefined;
  /** Whether this orchestrator answered that it does not accept it: then it has no effect. Without an answer nobody knows. */
  isRefused: boolean;
  byHand: OrderState["by_hand"];
}

const accepted = z.looseObject({ saga_id: z.string() });

export interface OrdersOptions {
  readonly oursUrl: () => string;
  readonly byHandUrl: () => string;
  /** Begins the keys, so that those of an earlier lab mean other orders. */
  readonly name: string;
  /** How long the placing waits for an answer. Default: 30 seconds. */
  readonly acceptedWithinMs?: number;
}

/** Places the same orders at both orchestrators, and remembers which saga carries which. */
export class LabOrders {
  readonly #options: OrdersOptions;
  #all: readonly LabOrder[] = [];
  #count = 0;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  get all(): readonly LabOrder[] {
    return this.#all;
  }

  get isFull(): boolean {
    return this.#all.length >= ORDERS_MAX;
  }

  /** Forgets the orders. Their sagas go on. */
  clear(): void {
    this.#all = [];
  }

  /**
   * Sends orders to both, and resolves when this orchestrator has accepted or refused each, or was not reached for too long: then it is asked on.
   *
   * @param outOfStock how many of each hundred ask for more than there is.
   */
  async place(count: number, outOfStock: number): Promise<readonly PlacedOrder[]> {
    // Customers and shares go on from click to click: ten times one order is as once ten.
    const before = this.#all.length;
    const orders = Array.from({ length: count }, (_, index): LabOrder => {
      this.#count += 1;
      return {
        number: this.#count,
        customer: (before + index) % SICK_EACH === 0 ? SICK_CUSTOMER : 1,
        key: `${this.#options.name}-${this.#count}`,
        sagaId: undefined,
        isRefused: false,
        byHand: "under-way",
      };
    });
    this.#all = [...this.#all, ...orders];
    const bodies = orders.map((order, index) => ({
      order,
      body: JSON.stringify({
        user_id: order.customer,
        items: [{ product_id: PRODUCT, quantity: isInShare(outOfStock, before + index) ? TOO_MANY : 1 }],
      }),
    }));
    this.#sendAllByHand(bodies.values()).catch(() => undefined);
    const { acceptedWithinMs = ACCEPTED_WITHIN_MS } = this.#options;
    await Promise.race([Promise.all(bodies.map(({ order, body }) => this.#sendToOurs(order, body))), pause(acceptedWithinMs)]);
    return orders.map(({ number, customer, sagaId }) => ({ number, customer, saga_id: sagaId ?? null }));
  }

  /** As a client should: the same key again until there is an answer, or the order is forgotten. A lost answer may be that of an order that runs. */
  async #sendToOurs(order: LabOrder, body: string): Promise<void> {
    while (this.#all.includes(order)) {
      const reply = await post(`${this.#options.oursUrl()}/saga/order`, order.key, body, { prefer: "respond-async" });
      const isLater = reply === undefined || reply.status === 429 || reply.status >= 500;
      const saga = accepted.safeParse(reply?.body).data;
      if (saga) {
        order.sagaId = saga.saga_id;
        return;
      }
      if (!isLater) {
        order.isRefused = true;
        return;
      }
      await pause(AGAIN_MS);
    }
  }

  async #sendAllByHand(bodies: IterableIterator<{ readonly order: LabOrder; readonly body: string }>): Promise<void> {
    const send = async () => {
      // All take from the same ones: nobody begins anew.
      for (const { order, body } of bodies) await this.#sendByHand(order, body);
    };
    await Promise.all(Array.from({ length: BY_HAND_AT_ONCE }, send));
  }

  /** Once: what became of an order without an answer, nobody knows. */
  async #sendByHand(order: LabOrder, body: string): Promise<void> {
    const reply = await post(`${this.#options.byHandUrl()}/saga/order`, order.key, body);
    order.byHand = reply === undefined || reply.status >= 500 ? "unanswered" : reply.status === 200 ? "completed" : "undone";
  }
}

async function post(
  url: string,
  key: string,
  body: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: unknown } | undefined> {
  try {
    const headers = { "content-type": "application/json", "idempotency-key": `"${key}"`, ...more };
    const reply = await fetch(url, { method: "POST", headers, body });
    return { status: reply.status, body: JSON.parse(await reply.text()) };
  } catch {
    return undefined;
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
