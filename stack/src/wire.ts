import { z } from "zod";

const quantity = z.object({ product_id: z.int(), quantity: z.int() });

/** The part of a mock's /control/state that the demo and the tests read. Like other clients, they share no type with the mock. */
export const storeState = z.object({
  orders: z.array(
    z.object({ order_id: z.int(), user_id: z.int(), total_amount: z.string().transform(Number), items: z.array(quantity) }),
  ),
  stock: z.record(z.string(), z.int()),
});

export const paymentState = z.object({
  payments: z.array(z.looseObject({ payment_id: z.int(), order_id: z.int(), user_id: z.int(), total_amount: z.number() })),
});

export type StoreState = z.output<typeof storeState>;
export type PaymentState = z.output<typeof paymentState>;

/** Gets JSON, or posts it if there is a body. Throws when the reply does not match the schema. */
export async function call<Schema extends z.ZodType>(
  url: string,
  schema: Schema,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: z.output<Schema> }> {
  const json = body && {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, json ?? {});
  return { status: response.status, body: schema.parse(await response.json()) };
}
