import { type Attempt, type Outcome, PivotHandler } from "saga-core";
import { z } from "zod";
import type { Payments } from "../participants/payments.ts";
import type { CreatedOrder } from "./create-order.ts";
import type { OrderInput } from "./order.ts";
import type { OrderAmount } from "./read-amount.ts";

const gives = z.object({ payment_id: z.int() });

export type PayableOrder = Pick<OrderInput, "user_id"> & CreatedOrder & OrderAmount;

/** Creates the payment for the order's amount. It is the pivot, because the Payments API cannot undo it. */
export class CreatePayment extends PivotHandler<PayableOrder, z.output<typeof gives>> {
  override readonly step = "create-payment";
  override readonly words = { state: "CREATING_PAYMENT", done: "PaymentCreated", failed: "PaymentCreationFailed" } as const;
  override readonly participant;
  override readonly gives = gives;
  override readonly orphanIsHarmless;
  readonly #payments: Payments;

  constructor(payments: Payments, orphanIsHarmless: boolean) {
    super();
    this.orphanIsHarmless = orphanIsHarmless;
    this.participant = payments.participant;
    this.#payments = payments;
  }

  override async run(
    { user_id, order_id, total_amount }: PayableOrder,
    attempt: Attempt,
  ): Promise<Outcome<z.output<typeof gives>>> {
    return await this.#payments.createPayment({ user_id, order_id, total_amount }, attempt);
  }

  override whatIsKnown(data: Readonly<Record<string, unknown>>): string {
    return this.#payments.knownOfPayment(String(data["order_id"]));
  }
}
