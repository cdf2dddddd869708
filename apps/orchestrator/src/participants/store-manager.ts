import {
  type Attempt,
  done,
  InexactNumber,
  isExactNumber,
  type Outcome,
  type Participant,
  type ReadAttempt,
  rejected,
  unavailable,
} from "saga-core";
import type { HttpParticipant } from "saga-participant";
import { z } from "zod";
import { errorBody, isErrorBody } from "./error-body.ts";
import { type ParticipantOptions, serviceOf } from "./service.ts";
import { promised, replyReader } from "./service-replies.ts";

export interface StoreItem {
  readonly product_id: number;
  readonly quantity: number;
}

export interface PaymentLink {
  readonly order_id: number;
  readonly payment_id: number;
}

export interface NewOrder {
  readonly user_id: number;
  readonly items: readonly StoreItem[];
}

/** The existing service answers every refusal with 500. Only these two sentences are certainly refusals. */
const REFUSAL_TEXTS = [
  /^Product ID \S+ not found in database\.$/,
  /^Cannot create order\. An order must have 1 or more items\.$/,
];

/** It reads a new order again after its COMMIT. Moving stock and deleting an order end with their statement. */
const databaseErrors = {
  creating: { status: 500, readsAfterCommit: true },
  changing: { status: 500, readsAfterCommit: false },
} as const;

const created = z.object({ order_id: z.int().positive() });
const deleted = z.object({ deleted: z.literal(true) });
const updated = z.object({ updated: z.literal(true) });
const notUpdated = z.object({ updated: z.literal(false) });
const moved = z.object({ result: z.literal("OK") });
const notDeleted = z.object({ deleted: z.literal(false) });
const own404 = (body: unknown) => isErrorBody(body) || notDeleted.safeParse(body).success;
// The existing service's GET gives every value as a string.
const amount = z.object({
  total_amount: z.union([
    z.string().regex(/^\d+(\.\d+)?$/),
    z.number().nonnegative().transform(String),
    z.instanceof(InexactNumber).transform(({ source }) => source),
  ]),
});
type Amount = z.output<typeof amount>;

/** The Store Manager: orders and stock (docs/participants.md). */
export class StoreManager {
  readonly participant: Participant;
  readonly #service: HttpParticipant;

  constructor(options: ParticipantOptions) {
    this.#service = serviceOf("store-manager", options, own404);
    this.participant = this.#service;
  }

  /** Closes the connections that are kept. Make no call after it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  async createOrder({ user_id, items }: NewOrder, attempt: Attempt): Promise<Outcome<{ readonly order_id: number }>> {
    const outcomeOf = replyReader({ databaseErrors: databaseErrors.creating, special: refusedWith500 });
    const request = {
      method: "POST",
      path: "orders",
      body: { user_id, items },
      gives: promised(created),
      outcomeOf,
    } as const;
    return await this.#service.call(request, attempt);
  }

  /** Reads the price of the order, which the Store Manager computed. An amount that a double cannot hold is refused: another one would be paid. */
  async readTotalAmount(orderId: number, attempt: ReadAttempt): Promise<Outcome<{ readonly total_amount: number }>> {
    const request = { path: `orders/${orderId}`, gives: promised(amount), outcomeOf: replyReader<Amount>({}) };
    const read = await this.#service.read(request, attempt);
    // The order was just created: that it is not there is no refusal.
    if (read.outcome === "rejected") return unavailable(read.reason, { answered: true });
    if (read.outcome !== "done") return read;
    const { total_amount } = read.result;
    const isExact = isExactNumber(total_amount);
    return isExact
      ? done({ total_amount: Number(total_amount) })
      : rejected(`total_amount ${total_amount} would become ${Number(total_amount)}`);
  }

  /** Repeatable (rule 6): it is a success if the order is already deleted. The engine looks first whether its id was given out again. */
  async deleteOrder(orderId: number, attempt: Attempt): Promise<Outcome> {
    const outcomeOf = replyReader({ databaseErrors: databaseErrors.changing, special: alreadyGone });
    const request = { method: "DELETE", path: `orders/${orderId}`, gives: promised(deleted), outcomeOf } as const;
    return withoutResult(await this.#service.call(request, attempt));
  }

  /** Writes the payment id into its order. No step of the order saga does this yet; docs/add-a-step.md adds one. */
  async linkPayment({ order_id, payment_id }: PaymentLink, attempt: Attempt): Promise<Outcome> {
    const body = { order_id, is_paid: false, payment_id };
    const outcomeOf = replyReader({ special: unknownOrder });
    const request = { method: "PUT", path: "orders", body, gives: promised(updated), outcomeOf } as const;
    return withoutResult(await this.#service.call(request, attempt));
  }

  /** What is known of a call about an order, for the person who must find out what became of it. */
  knownOfOrder(orderId: number | undefined): string {
    if (orderId === undefined)
      return "The Store Manager shows an order only by its id, at GET /orders/{order_id}: if no answer had the id, look for the order in its database, by user and time.";
    return `Order ${orderId} is at GET /orders/${orderId}. The existing Store Manager shows a deleted order there too: look in its database whether it is gone.`;
  }

  /** The same of a call that moves stock. */
  get knownOfStock(): string {
    const shown =
      "GET /stocks/{product_id} shows the quantity that is left, which other orders change too: look there, and compare it with the orders.";
    if (this.participant.keyed) return shown;
    return `The existing Store Manager never commits this call: its stock stays as it is, so it cannot be looked up there, and no answer changes it. At another Store Manager, ${shown}`;
  }

  async decreaseStock(items: readonly StoreItem[], attempt: Attempt): Promise<Outcome> {
    return await this.#moveStock("-", items, attempt);
  }

  async increaseStock(items: readonly StoreItem[], attempt: Attempt): Promise<Outcome> {
    return await this.#moveStock("+", items, attempt);
  }

  async #moveStock(operation: "+" | "-", items: readonly StoreItem[], attempt: Attempt): Promise<Outcome> {
    const outcomeOf = replyReader({ databaseErrors: databaseErrors.changing, special: refusedWith500 });
    const request = {
      method: "PUT",
      path: "stocks",
      body: { items, operation },
      gives: promised(moved),
      outcomeOf,
    } as const;
    return withoutResult(await this.#service.call(request, attempt));
  }
}

/** The outcome of a call that the existing service refuses with 500. */
function refusedWith500(status: number, body: unknown): Outcome<never> | undefined {
  const error = status === 500 ? errorBody.safeParse(body).data?.error : undefined;
  return error !== undefined && REFUSAL_TEXTS.some((text) => text.test(error)) ? rejected(`500 ${error}`) : undefined;
}

function alreadyGone(status: number, body: unknown): Outcome<{ readonly deleted: true }> | undefined {
  const isGone = status === 404 && notDeleted.safeParse(body).success;
  return isGone ? done({ deleted: true as const }) : undefined;
}

function unknownOrder(status: number, body: unknown): Outcome<never> | undefined {
  const isUnknown = status === 200 && notUpdated.safeParse(body).success;
  return isUnknown ? rejected("200 the order does not exist") : undefined;
}

function withoutResult(outcome: Outcome<object>): Outcome {
  return outcome.outcome === "done" ? done() : outcome;
}
