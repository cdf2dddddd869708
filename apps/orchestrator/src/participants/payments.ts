import type { Attempt, Outcome, Participant } from "saga-core";
import { z } from "zod";
import { errorBody } from "./classify.ts";
import type { DatabaseErrorRules } from "./database-error.ts";
import { Exchange, type ParticipantOptions, participantOf } from "./exchange.ts";

export interface NewPayment {
  readonly user_id: number;
  readonly order_id: number;
  readonly total_amount: number;
}

const created = z.object({ payment_id: z.int().positive() });

/** It answers every exception with the status of its refusals, also a failure to read the new payment again after the COMMIT. */
const databaseErrors: DatabaseErrorRules = {
  status: 400,
  readsAfterCommit: true,
  ownSentences: [/^Vous devez indiquer [^\n]*$/, /^400 Bad Request\b[^\n]*$/],
};

/** The Payments API (docs/participants.md). It has no way to undo a payment. */
export class Payments {
  readonly participant: Participant;
  readonly #exchange: Exchange;

  constructor(options: ParticipantOptions) {
    this.participant = participantOf("payments", options);
    this.#exchange = new Exchange(options);
  }

  /** Closes the connections that are kept. Make no call after it. */
  async close(): Promise<void> {
    await this.#exchange.close();
  }

  /** What is known of a call about the payment of an order, for the person who must find out what became of it. */
  knownOfPayment(orderId: string): string {
    return `Payments shows a payment only by its own id, at GET /payments/{payment_id}, and has no search by order: look in its database for the payment of order ${orderId}.`;
  }

  async createPayment(
    { user_id, order_id, total_amount }: NewPayment,
    attempt: Attempt,
  ): Promise<Outcome<{ readonly payment_id: number }>> {
    const json = { user_id, order_id, total_amount };
    const request = { method: "POST", path: "payments", json, confirmation: created, own404: errorBody, databaseErrors } as const;
    return await this.#exchange.send(request, attempt);
  }
}
