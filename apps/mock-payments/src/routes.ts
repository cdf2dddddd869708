import {
  answered,
  applied,
  control,
  errorBody,
  jsonBody,
  jsonReply,
  type MockRoute,
  pathId,
  readId,
  type Signal,
} from "mock-kit";
import { z } from "zod";
import type { Payment, Payments } from "./payments.ts";

const newPayment = z.object({ user_id: z.int().positive(), order_id: z.int().positive(), total_amount: z.number().positive() });
const card = z.object({
  cardNumber: z.union([z.string(), z.number()]),
  cardCode: z.union([z.string(), z.number()]),
  expirationDate: z.iso.date(),
});
const refusedUsers = z.object({ users: z.array(z.int().positive()) });

/**
 * Every route of the existing Payments API (docs/participants.md), with the same statuses and bodies.
 *
 * @param signalUrl where a processed payment is signalled to. Default: nowhere.
 */
export function paymentRoutes(payments: Payments, signalUrl?: string): readonly MockRoute[] {
  return [
    {
      document: {
        method: "post",
        path: "/payments",
        request: { body: jsonBody(newPayment) },
        responses: {
          201: jsonReply("The payment's id. The payment is an intent, not yet paid.", z.object({ payment_id: z.int() })),
          400: jsonReply("A member is missing, zero or negative.", errorBody),
          402: jsonReply("The user's payments are refused.", errorBody),
        },
      },
      answer: ({ body }) => {
        const payment = newPayment.safeParse(body);
        if (!payment.success) {
          return answered(400, { error: "Vous devez indiquer un ID commande, ID utilisateur et valeur pour le paiement." });
        }
        const { user_id, order_id, total_amount } = payment.data;
        if (payments.refusedUsers.includes(user_id))
          return answered(402, { error: `The payments of user ${user_id} are refused.` });
        return applied(201, { payment_id: payments.add({ user_id, order_id, total_amount }).payment_id });
      },
    },
    {
      document: {
        method: "get",
        path: "/payments/{payment_id}",
        request: { params: pathId("payment_id") },
        responses: { 200: jsonReply("The payment; {} for an unknown one.", z.record(z.string(), z.unknown())) },
      },
      answer: ({ params: { payment_id } }) => {
        const payment = payments.payment(readId(payment_id));
        if (!payment) return answered(200, {});
        const { payment_id: id, order_id, user_id, total_amount, is_paid } = payment;
        return answered(200, { id, order_id, user_id, total_amount, is_paid });
      },
    },
    {
      document: {
        method: "post",
        path: "/payments/process/{payment_id}",
        request: { params: pathId("payment_id"), body: jsonBody(card) },
        responses: {
          200: jsonReply("The payment is paid.", z.object({ order_id: z.int(), payment_id: z.int(), is_paid: z.boolean() })),
          400: jsonReply("The card is malformed, or the payment does not exist.", errorBody),
        },
      },
      answer: ({ params: { payment_id }, body }) => {
        const parsed = card.safeParse(body);
        if (!parsed.success) return answered(400, { error: z.prettifyError(parsed.error) });
        const paid = payments.process(readId(payment_id));
        if (!paid) return answered(400, { error: `There is no payment ${payment_id}.` });
        return applied(200, replyOf(paid), signalUrl === undefined ? undefined : signalOf(paid, signalUrl));
      },
      signals: true,
    },
    {
      document: {
        method: "get",
        path: "/",
        responses: { 200: jsonReply("The service is running.", z.object({ service: z.string(), status: z.string() })) },
      },
      answer: () => answered(200, { service: "PaymentMicroservice", status: "running" }),
    },
  ];
}

function replyOf({ order_id, payment_id, is_paid }: Payment) {
  return { order_id, payment_id, is_paid };
}

/** The same reply, to the service that waits for the payment. Processed again, a payment is signalled again, under the same key. */
function signalOf(paid: Payment, signalUrl: string): Signal {
  return { url: `${signalUrl}/${paid.payment_id}`, key: `payments/${paid.payment_id}/processed`, body: replyOf(paid) };
}

/** `POST /control/refused-users` sets the users whose payments are refused. */
export function paymentControls(payments: Payments): readonly MockRoute[] {
  return [
    control(
      {
        method: "post",
        path: "/control/refused-users",
        summary: "Sets the users whose payments are refused.",
        body: refusedUsers,
      },
      ({ body }) => {
        const parsed = refusedUsers.safeParse(body);
        if (!parsed.success) return answered(422, { error: z.prettifyError(parsed.error) });
        payments.refuse(parsed.data.users);
        return answered(200, { refused_users: parsed.data.users });
      },
    ),
  ];
}
