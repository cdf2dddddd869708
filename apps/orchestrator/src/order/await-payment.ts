import { done, givesNothing, PivotWaitHandler, rejected } from "saga-core";
import { z } from "zod";
import type { OpenedPayment } from "./open-payment.ts";

/** What the Payments API answers when it has processed a payment, and what it then signals. Its other members are ignored. */
const accepts = z.object({ is_paid: z.boolean() });

type ProcessedPayment = z.output<typeof accepts>;

/**
 * Waits until the payment is processed. It is the pivot: once the customer has paid, the order goes forward to its end. Until then a cancel is
 * accepted, and the end of the time turns the saga back.
 */
export class AwaitPayment extends PivotWaitHandler<OpenedPayment, Readonly<Record<never, never>>, ProcessedPayment> {
  override readonly step = "await-payment";
  override readonly words = {
    state: "AWAITING_PAYMENT",
    done: "OrderPaid",
    failed: "PaymentRefused",
    timedOut: "PaymentTimedOut",
  } as const;
  override readonly gives = givesNothing;
  override readonly accepts = accepts;
  override readonly waitMs;
  override readonly onTimeout = "turn-back";
  /** All that the Payments API knows of the order's saga. */
  override readonly correlation = "payment_id";

  constructor(waitMs: number) {
    super();
    this.waitMs = waitMs;
  }

  override outcomeOf({ is_paid }: ProcessedPayment) {
    return is_paid ? done() : rejected("the Payments API says that it is not paid");
  }
}
