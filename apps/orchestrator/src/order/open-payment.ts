import { type Attempt, LastingHandler, type Outcome } from "saga-core";
import { z } from "zod";
import type { Payments } from "../participants/payments.ts";
import type { PayableOrder } from "./create-payment.ts";

const gives = z.object({ payment_id: z.int() });

export type OpenedPayment = z.output<typeof gives>;

/**
 * Opens the payment for the order's amount: an intent, which the customer pays later. It is lasting, because the Payments API can neither delete
 * an intent nor refuse to process it: a cancelled order lists it. Where the API can, make the step compensatable, with a rollback that closes it.
 */
export class OpenPayment extends LastingHandler<PayableOrder, OpenedPayment> {
  override readonly step = "open-payment";
  override readonly words = { state: "OPENING_PAYMENT", done: "PaymentOpened", failed: "PaymentOpeningFailed" } as const;
  override readonly participant;
  override readonly gives = gives;
  readonly #payments: Payments;

  constructor(payments: Payments) {
    super();
    this.participant = payments.participant;
    this.#payments = payments;
  }

  override async run({ user_id, order_id, total_amount }: PayableOrder, attempt: Attempt): Promise<Outcome<OpenedPayment>> {
    return await this.#payments.createPayment({ user_id, order_id, total_amount }, attempt);
  }

  override whatIsKnown(data: Readonly<Record<string, unknown>>): string {
    return this.#payments.knownOfPayment(String(data["order_id"]));
  }
}
