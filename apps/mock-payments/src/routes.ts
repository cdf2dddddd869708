import { z } from "@hono/zod-openapi";
import { answered, applied, control, type MockRoute } from "mock-kit";
import type { Payments } from "./payments.ts";

const newPayment = z.object({ user_id: z.int().positive(), order_id: z.int().positive(), total_amount: z.number().positive() });
const card = z.object({
  cardNumber: z.union([z.string(), z.number()]),
  cardCode: z.union([z.string(), z.number()]),
  expirationDate: z.iso.date(),
});
const refusedUsers = z.object({ users: z.array(z.int().positive()) });
const error = z.object({ error: z.string() });

const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { "application/json": { schema } } });
const reply = (description: string, schema: z.ZodType) => ({ description, ...json(schema) });
const params = z.object({ payment_id: z.string().openapi({ param: { name: "payment_id", in: "path" } }) });

/** Every route of the existing Payments API (participants.md), with its statuses and bodies. */
export function paymentRoutes(payments: Payments): readonly MockRoute[] {
  return [
    {
      document: {
        method: "post",
        path: "/payments",
        request: { body: json(newPayment) },
        responses: {
          201: reply("The payment's id. It is an intent, not yet paid.", z.object({ payment_id: z.int() })),
          400: reply("A member is missing, zero or negative.", error),
          402: reply("The user's payments are refused.", error),
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
        request: { params },
        responses: { 200: reply("The payment; {} for an unknown one.", z.record(z.string(), z.unknown())) },
      },
      answer: ({ params: { payment_id } }) => {
        const payment = payments.payment(Number(payment_id));
        if (!payment) return answered(200, {});
        const { payment_id: id, order_id, user_id, total_amount, is_paid } = payment;
        return answered(200, { id, order_id, user_id, total_amount, is_paid });
      },
    },
    {
      document: {
        method: "post",
        path: "/payments/process/{payment_id}",
        request: { params, body: json(card) },
        responses: {
          200: reply("It is paid.", z.object({ order_id: z.int(), payment_id: z.int(), is_paid: z.boolean() })),
          400: reply("The card or the payment is not one.", error),
        },
      },
      answer: ({ params: { payment_id }, body }) => {
        const parsed = card.safeParse(body);
        if (!parsed.success) return answered(400, { error: z.prettifyError(parsed.error) });
        const paid = payments.process(Number(payment_id));
        if (!paid) return answered(400, { error: `There is no payment ${payment_id}.` });
        return applied(200, { order_id: paid.order_id, payment_id: paid.payment_id, is_paid: true });
      },
    },
    {
      document: {
        method: "get",
        path: "/",
        responses: { 200: reply("It runs.", z.object({ service: z.string(), status: z.string() })) },
      },
      answer: () => answered(200, { service: "PaymentMicroservice", status: "running" }),
    },
  ];
}

/** `POST /control/refused-users` sets the users whose payments are refused. */
export function paymentControls(payments: Payments): readonly MockRoute[] {
  return [
    control("post", "/control/refused-users", "Sets the users whose payments are refused.", ({ body }) => {
      const parsed = refusedUsers.safeParse(body);
      if (!parsed.success) return answered(422, { error: z.prettifyError(parsed.error) });
      payments.refuse(parsed.data.users);
      return answered(200, { refused_users: parsed.data.users });
    }),
  ];
}
