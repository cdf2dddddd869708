import { z } from "zod";

const allowed = "must be a whole number from 1 to 9007199254740991";
const positive = z.int(allowed).min(1, allowed);
const itemsAllowed = "must be a list of 1 to 100 items";

/** What a caller orders: the input of the order saga. Unknown members are ignored. */
export const orderInput = z
  .object(
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
  )
  .meta({ id: "Order", example: { user_id: 1, items: [{ product_id: 3, quantity: 2 }] } });

export type OrderInput = z.output<typeof orderInput>;

/** What the caller of a completed order saga is told. */
export const orderResult = z.object({ order_id: z.int(), payment_id: z.int() }).meta({ example: { order_id: 7, payment_id: 3 } });
