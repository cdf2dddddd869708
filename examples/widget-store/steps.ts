import { done, rejected, step } from "saga-core";
import type { HttpParticipant } from "saga-participant";
import { z } from "zod";

export const checkout = z.object({ widgets: z.int().min(1), email: z.string() });
type Checkout = z.output<typeof checkout>;

const reservation = z.object({ reservation_id: z.string() });
type Reservation = z.output<typeof reservation>;

export const payment = z.object({ payment_id: z.string() });
type Payment = z.output<typeof payment>;

/** What the webhook of the payment provider says. */
const notice = z.object({ status: z.enum(["paid", "failed"]) });

/** Reserved before anybody pays, so that nobody pays for what is gone. */
export const reserveWidgets = (inventory: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "reserve-widgets",
    words: { state: "RESERVING", done: "Reserved", failed: "SoldOut", undoing: "RETURNING", undone: "Returned" },
    participant: inventory,
    gives: reservation,
    run: ({ widgets }: Checkout, attempt) =>
      inventory.call({ method: "POST", path: "reservations", body: { widgets }, gives: reservation }, attempt),
    rollback: ({ reservation_id }: Reservation, attempt) =>
      inventory.call({ method: "POST", path: `reservations/${reservation_id}/cancel` }, attempt),
  });

/** Opens the page on which the customer pays. To undo it is to close the page, so that nobody can pay any more. */
export const openPayment = (payments: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "open-payment",
    words: { state: "OPENING_PAYMENT", done: "PaymentOpened", failed: "PaymentRefused", undoing: "CLOSING", undone: "Closed" },
    participant: payments,
    gives: payment,
    run: ({ widgets, email }: Checkout, attempt) =>
      payments.call(
        { method: "POST", path: "sessions", body: { email, amount_cents: widgets * 9_999 }, gives: payment },
        attempt,
      ),
    rollback: ({ payment_id }: Payment, attempt) =>
      payments.call({ method: "POST", path: `sessions/${payment_id}/close` }, attempt),
  });

/** Waits two minutes for the webhook, which knows the payment's id and nothing of sagas. Once the customer has paid, there is no way back. */
export const awaitPayment = step({
  kind: "pivot",
  how: "wait",
  step: "await-payment",
  words: { state: "AWAITING_PAYMENT", done: "Paid", failed: "NotPaid", timedOut: "PaymentTimedOut" },
  accepts: notice,
  outcomeOf: ({ status }: z.output<typeof notice>) => (status === "paid" ? done() : rejected("the payment failed")),
  waitMs: 120_000,
  onTimeout: "turn-back",
  correlation: "payment_id",
});

export const dispatchOrder = (inventory: HttpParticipant) =>
  step({
    kind: "retriable",
    step: "dispatch-order",
    words: { state: "DISPATCHING", done: "Dispatched" },
    participant: inventory,
    run: ({ reservation_id }: Reservation, attempt) =>
      inventory.call({ method: "POST", path: `reservations/${reservation_id}/dispatch` }, attempt),
  });
