import type { Attempt, Outcome, Participant } from "saga-core";
import type { HttpParticipant } from "saga-participant";
import { z } from "zod";
import type { DatabaseErrorRules } from "./database-error.ts";
import { type ParticipantOptions, serviceOf } from "./service.ts";
import { promised, replyReader } from "./service-replies.ts";

export interface NewPayment {
  readonly user_id: number;
  readonly order_id: number;
  readonly total_amount: number;
}

const created = z.object({ payment_id: z.int().positive() });
type Created = z.output<typeof created>;

/** It answers every exception with the status of its refusals, also a failure to read the new payment again after the COMMIT. */
const databaseErrors: DatabaseErrorRules = {
  status: 400,
  readsAfterCommit: true,
  ownSentences: [/^Vous devez indiquer [^\n]*$/, /^400 Bad Request\b[^\n]*$/],
};

/** The Payments API (docs/participants.md). It has no way to undo a payment. */
export class Payments {
  readonly participant: Participant;
  readonly #service: HttpParticipant;

  constructor(options: ParticipantOptions) {
    this.#service = serviceOf("payments", options);
    this.participant = this.#service;
  }

  /** Closes the connections that are kept. Make no call after it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  /** What is known of a call about the payment of an order, for the person who must find out what became of it. */
  knownOfPayment(orderId: string): string {
    return `Payments shows a payment only by its own id, at GET /payments/{payment_id}, and has no search by order: look in its database for the payment of order ${orderId}.`;
  }

  async createPayment(
    { user_id, order_id, total_amount }: NewPayment,
    attempt: Attempt,
  ): Promise<Outcome<{ readonly payment_id: number }>> {
    const body = { user_id, order_id, total_amount };
    const reading = { gives: promised(created), outcomeOf: replyReader<Created>({ databaseErrors }) };
    return await this.#service.call({ method: "POST", path: "payments", body, ...reading }, attempt);
  }
}
