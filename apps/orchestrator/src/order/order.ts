import { z } from "zod";

/** The largest MySQL INT, the type in which the services store ids and quantities (docs/participants.md). */
const INT_MAX = 2_147_483_647;

function orderUpTo(numberMax: number) {
  const allowed = `must be a whole number from 1 to ${numberMax}`;
  const positive = z.int({ error: allowed, abort: true }).min(1, allowed).max(numberMax, allowed);
  const itemsAllowed = "must be a list of 1 to 100 items";
  return z.object(
    {
      user_id: positive,
      items: z
        .array(
          z.object({ product_id: positive, quantity: positive }, "must be an object with product_id and quantity"),
          itemsAllowed,
        )
        .min(1, itemsAllowed)
        .max(100, itemsAllowed),
    },
    "must be an object with user_id and items",
  );
}

/** The order that a caller sends: the input of the order saga. Unknown members are ignored. */
export const orderInput = orderUpTo(INT_MAX).meta({
  id: "Order",
  example: { user_id: 1, items: [{ product_id: 3, quantity: 2 }] },
});

/** The input of a recorded order of version 1. Earlier releases accepted larger numbers, and their sagas must stay readable. */
export const recordedOrderInput = orderUpTo(Number.MAX_SAFE_INTEGER);

export type OrderInput = z.output<typeof orderInput>;

/** The result of a completed order saga, which is in the reply to its caller. */
export const orderResult = z.object({ order_id: z.int(), payment_id: z.int() }).meta({ example: { order_id: 7, payment_id: 3 } });
